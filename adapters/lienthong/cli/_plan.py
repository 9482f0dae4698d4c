"""``lienthong plan``: the papers of a case, each with its reason."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._exits import OK
from ._parts import Command, config_option, json_option, quiet_log, run

if TYPE_CHECKING:
    from lienthong import Case, Plan

VERDICTS_VI: Final = {
    "waived": "miễn nộp",
    "provisional": "tạm chưa cần",
    "ask": "cần nộp",
    "consent": "hỏi người nộp",
}


@click.command(cls=Command, name="plan")
@click.option("--dossier", required=True, metavar="MÃ", help="Mã hồ sơ đang mở.")
@click.option(
    "--choice", multiple=True, metavar="TRƯỜNG-HỢP", help="Trường hợp của thủ tục; lặp lại được."
)
@click.option("--decline", multiple=True, metavar="MÃ", help="Giấy tờ người nộp muốn tự nộp.")
@click.option(
    "--agree", multiple=True, metavar="MÃ", help="Giấy tờ người nộp đồng ý thay bằng dữ liệu."
)
@click.option(
    "--about",
    multiple=True,
    nargs=4,
    metavar="MÃ SỐ TÊN NGÀY-SINH",
    help="Giấy tờ này của người khác: mã giấy tờ, số định danh, họ tên, ngày sinh của người đó; lặp lại được.",
)
@click.option("--preview", metavar="MÃ", help="Chỉ xem dữ liệu sẽ dùng thay giấy tờ này.")
@config_option
@json_option
def command(
    config: Path,
    dossier: str,
    choice: tuple[str, ...],
    decline: tuple[str, ...],
    agree: tuple[str, ...],
    about: tuple[tuple[str, str, str, str], ...],
    preview: str | None,
    *,
    as_json: bool,
) -> int:
    """Lập danh sách giấy tờ của hồ sơ: miễn nộp, tạm chưa cần, cần nộp, kèm lý do và căn cứ.

    Hồ sơ đã kết thúc thì chỉ in lại các quyết định đã ghi.

    Thủ tục có nhiều trường hợp thì nêu mọi trường hợp đúng với hồ sơ, mỗi trường hợp một --choice.

    Giấy tờ của người khác (con, vợ, chồng) thì nêu người đó bằng --about: chỉ dùng lại giấy tờ người nộp đã nộp về đúng người
    đó, và chỉ tra cứu người đó sau khi --agree ghi nhận họ, hoặc người đại diện của họ, đồng ý.

    JSON: dossier, procedure, planned_at, decisions (component, name, verdict, rule, legal_basis, source,
    source_at, sentence_vi, sentence_en, deadline, requirement, choices, of_another), choices. Với --preview: dossier, component,
    verdict, rule, sentence_vi, values.

    \b
    Ví dụ:
      lienthong plan --dossier H31.14-261123-0001
      lienthong plan --dossier H31.14-261123-0001 --decline 000.00.00.G15-KQ003785
    """
    if preview is not None:
        return run(_preview(config, dossier, preview, as_json=as_json))
    return run(_plan(config, dossier, choice, decline, agree, about, as_json=as_json))


async def _plan(
    config: Path,
    dossier: str,
    choice: tuple[str, ...],
    decline: tuple[str, ...],
    agree: tuple[str, ...],
    about: tuple[tuple[str, str, str, str], ...],
    *,
    as_json: bool,
) -> int:
    from lienthong import Applicant, OneStop

    from ._output import say

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        case = await one_stop.case(dossier)
        people = {
            code: Applicant.citizen(personal_id=number, full_name=name, birth_date=birth or None)
            for code, number, name, birth in about
        }
        if people:
            # First: who agrees is the person named now.
            await case.name_subjects(people)
        if decline:
            await case.decline_reuse(*decline)
        for code in agree:
            await case.consent(code, granted=True)
        closed = case.closed
        plan = await (
            case.recorded_plan() if closed else case.plan_documents(choice=choice or None)
        )
    if closed and not as_json:
        say("Hồ sơ đã kết thúc; đây là các quyết định đã ghi.")
    _show(case, plan, as_json=as_json)
    return OK


async def _preview(config: Path, dossier: str, component: str, *, as_json: bool) -> int:
    from lienthong import OneStop

    from ._output import say, show_json, show_table

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        case = await one_stop.case(dossier)
        shown = await case.preview(component)
    decision = shown.decision
    if as_json:
        show_json(
            {
                "dossier": case.dossier,
                "component": component,
                "verdict": decision.verdict.value,
                "rule": decision.rule,
                "sentence_vi": decision.sentence_vi,
                "values": dict(shown.values),
            }
        )
        return OK
    say(f"Nếu người nộp đồng ý: {VERDICTS_VI[decision.verdict.value]}. {decision.sentence_vi}")
    if shown.values:
        show_table(["Thông tin", "Nội dung"], shown.values.items())
    return OK


def _show(case: Case, plan: Plan, *, as_json: bool) -> None:
    from ._output import local_time, say, show_json, show_table

    if as_json:
        show_json(
            {
                "dossier": case.dossier,
                "procedure": case.procedure.code,
                "planned_at": plan.planned_at.isoformat(),
                "decisions": [
                    {
                        "component": item.component,
                        "name": item.component_name,
                        "verdict": item.verdict.value,
                        "rule": item.rule,
                        "legal_basis": item.legal_basis,
                        "source": item.source,
                        "source_at": item.source_at.isoformat() if item.source_at else None,
                        "sentence_vi": item.sentence_vi,
                        "sentence_en": item.sentence_en,
                        "deadline": item.deadline.isoformat() if item.deadline else None,
                        "requirement": item.requirement,
                        "choices": list(item.choices),
                        "of_another": item.of_another,
                    }
                    for item in plan.decisions
                ],
                "choices": list(case.choices),
            }
        )
        return
    say(f"{case.procedure.code} {case.procedure.name}")
    say(
        f"{len(plan.decisions)} giấy tờ: {len(plan.waived)} miễn nộp, "
        f"{len(plan.provisional)} tạm chưa cần, {len(plan.to_choose)} hỏi người nộp, {len(plan.asked)} cần nộp"
    )
    say()
    show_table(
        ["Giấy tờ", "Quyết định", "Lý do", "Căn cứ", "Hạn"],
        [
            (
                f"{item.component_name} (của người khác)"
                if item.of_another
                else item.component_name,
                VERDICTS_VI[item.verdict.value],
                item.sentence_vi,
                item.legal_basis,
                local_time(item.deadline) if item.deadline else "",
            )
            for item in plan.decisions
        ],
    )
    if case.choices:
        say("Trường hợp của thủ tục (chọn bằng --choice):")
        for name in case.choices:
            say(f"  {name}")
