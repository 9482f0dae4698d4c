"""``lienthong verify``: one applicant against the national database, attribute by attribute."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._claim import ask_claim
from ._exits import NEGATIVE, OK
from ._kinds import CLAIMS, kind_of, kinds_help, options_of, refuse_strange
from ._parts import Command, config_option, json_option, quiet_log, run
from ._values import asked_options, typed_values

if TYPE_CHECKING:
    from lienthong import Applicant, Case, OneStop, Verification

ATTRIBUTES_VI: Final = {
    "personal_id": "số định danh",
    "full_name": "họ và tên",
    "birth_date": "ngày sinh",
    "birth": "ngày sinh",
    "sex": "giới tính",
    "code": "mã số",
    "number": "số định danh",
    "status": "tình trạng",
}
_LIKENESS_VI: Final = {"same": "khớp", "similar": "gần giống", "different": "khác"}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was typed."""

    dossier: str
    procedure: str | None
    officer: str | None
    agency: str | None
    personal_id: str | None
    name: str | None
    birth: str | None
    sex: str | None
    enterprise: str | None
    insurance: str | None
    serial: str | None
    insist: bool


@click.command(
    cls=Command,
    name="verify",
    epilog=kinds_help(CLAIMS, "lienthong verify --claim", with_system=False),
)
@click.option("--dossier", required=True, metavar="MÃ", help="Mã hồ sơ, ví dụ H31.14-261123-0001.")
@click.option("--procedure", metavar="MÃ", help="Mã thủ tục; cần khi hồ sơ chưa mở.")
@click.option("--officer", metavar="TÀI-KHOẢN", help="Cán bộ tiếp nhận; cần khi hồ sơ chưa mở.")
@click.option("--agency", metavar="MÃ", help="Mã định danh cơ quan; cần khi hồ sơ chưa mở.")
@click.option("--id", "personal_id", metavar="SỐ", help="Số định danh 12 số hoặc CMND 9 số.")
@click.option("--name", metavar="TÊN", help="Họ và tên, hoặc tên tổ chức.")
@click.option("--birth", metavar="NGÀY", help="Ngày sinh dd/MM/yyyy, hoặc chỉ năm.")
@click.option("--sex", type=click.Choice(["male", "female", "other"]), help="Giới tính.")
@click.option(
    "--enterprise", metavar="MÃ", help="Mã số doanh nghiệp; không có --id thì là tổ chức."
)
@click.option("--insurance", metavar="SỐ", help="Mã số BHXH, để lập danh sách giấy tờ sau này.")
@click.option("--serial", metavar="SỐ", help="Số phát hành giấy chứng nhận quyền sử dụng đất.")
@click.option("--insist", is_flag=True, help="Vẫn tra cứu dù thông tin khai tự mâu thuẫn.")
@click.option(
    "--claim", metavar="LOẠI", help="Hỏi có/không một điều về người nộp của hồ sơ đang mở."
)
@click.option(
    "--system", metavar="TÊN", help="Với --claim: hệ thống trong cấu hình, nếu khác mặc định."
)
@click.option(
    "--reason",
    default="Xác minh theo yêu cầu của hồ sơ",
    metavar="LÝ-DO",
    help="Với --claim: lý do, ghi vào nhật ký.",
)
@asked_options(options_of(CLAIMS))
@config_option
@json_option
def command(
    config: Path,
    claim: str | None,
    system: str | None,
    reason: str,
    *,
    as_json: bool,
    **typed: Any,
) -> int:
    """Xác thực người nộp hoặc tổ chức của một hồ sơ.

    Hồ sơ chưa có thì được mở (cần --procedure, --officer, --agency và người nộp). Dữ liệu gõ trên dòng
    lệnh ở lại trong lịch sử của máy: chỉ dùng người mô phỏng.

    JSON: dossier, verdict, sentence_vi, sentence_en, caution_vi, attributes, provenance, retry_at. Thoát 0 khi khớp, 1 khi
    không khớp, còn nghi vấn hoặc chưa trả lời. Với --claim: dossier, system, claim, outcome, sentence_vi,
    caution_vi, provenance.

    \b
    Ví dụ:
      lienthong verify --dossier H31.14-261123-0001 --procedure 1.004222 \\
        --officer can-bo-1 --agency H31.14 --id 033085000101 \\
        --name "Nguyễn Văn An Mẫu" --birth 14/03/1985
    """
    asked = typed_values(typed)
    wanted = _Wanted(**typed)
    if claim is not None:
        kind = kind_of(claim, CLAIMS)
        refuse_strange(kind, asked)
        return run(
            ask_claim(
                config, system or kind.system, kind, wanted.dossier, reason, asked, as_json=as_json
            )
        )
    if strange := [name for name, value in asked.items() if value is not None]:
        msg = f"{', '.join(strange)} needs --claim / chỉ dùng với --claim"
        raise click.UsageError(msg)
    return run(_verify(config, wanted, as_json=as_json))


async def _verify(config: Path, wanted: _Wanted, *, as_json: bool) -> int:
    from lienthong import IdentityVerdict, OneStop

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        case, opened = await _case(one_stop, wanted)
        if case.applicant.is_citizen and not opened:
            verification = await case.verify_citizen(
                personal_id=wanted.personal_id,
                full_name=wanted.name,
                birth_date=wanted.birth,
                sex=wanted.sex,
                insist=wanted.insist,
            )
        else:
            verification = await case.verify(insist=wanted.insist)
    _show(case, verification, opened=opened, as_json=as_json)
    return OK if verification.verdict is IdentityVerdict.VERIFIED else NEGATIVE


async def _case(one_stop: OneStop, wanted: _Wanted) -> tuple[Case, bool]:
    """The case, and whether it was opened with what was typed now."""
    from lienthong.cases import CaseNotFound

    try:
        return await one_stop.case(wanted.dossier), False
    except CaseNotFound:
        missing = [name for name in ("procedure", "officer", "agency") if not getattr(wanted, name)]
        if missing:
            options = ", ".join(f"--{name}" for name in missing)
            msg = f"the case is not open yet: give {options} and the applicant / hồ sơ chưa mở, cần thêm {options}"
            raise click.UsageError(msg) from None
    case = await one_stop.open_case(
        dossier=wanted.dossier,
        procedure=wanted.procedure or "",
        officer=wanted.officer or "",
        agency=wanted.agency or "",
        applicant=_applicant(wanted),
    )
    return case, True


def _applicant(wanted: _Wanted) -> Applicant:
    from lienthong import Applicant

    if wanted.personal_id:
        return Applicant.citizen(
            personal_id=wanted.personal_id,
            full_name=wanted.name or "",
            birth_date=wanted.birth,
            sex=wanted.sex,
            enterprise_code=wanted.enterprise,
            insurance_number=wanted.insurance,
            certificate_serial=wanted.serial,
        )
    if wanted.enterprise:
        return Applicant.organisation(code=wanted.enterprise, name=wanted.name or "")
    msg = "give --id (citizen) or --enterprise (organisation) / cần --id (cá nhân) hoặc --enterprise (tổ chức)"
    raise click.UsageError(msg)


def _show(case: Case, verification: Verification, *, opened: bool, as_json: bool) -> None:
    from ._output import (
        local_time,
        provenance_json,
        say,
        show_json,
        show_table,
    )

    if as_json:
        show_json(
            {
                "dossier": case.dossier,
                "verdict": verification.verdict.value,
                "sentence_vi": verification.sentence_vi,
                "sentence_en": verification.sentence_en,
                "caution_vi": verification.caution_vi,
                "attributes": [
                    {
                        "attribute": item.attribute,
                        "likeness": item.likeness.value,
                        "rule": item.rule,
                        "sentence_vi": item.sentence_vi,
                        "sentence_en": item.sentence_en,
                    }
                    for item in verification.attributes
                ],
                "provenance": provenance_json(verification.provenance),
                "retry_at": verification.retry_at,
            }
        )
        return
    if opened:
        say(f"Đã mở hồ sơ {case.dossier}: {case.procedure.name}")
    say(verification.sentence_vi)
    if verification.caution_vi:
        say(f"Lưu ý: {verification.caution_vi}")
    say()
    if verification.attributes:
        show_table(
            ["Thông tin", "Kết quả", "Quy tắc", "Giải thích"],
            [
                (
                    ATTRIBUTES_VI.get(item.attribute, item.attribute),
                    _LIKENESS_VI.get(item.likeness.value, item.likeness.value),
                    item.rule,
                    item.sentence_vi,
                )
                for item in verification.attributes
            ],
        )
    if verification.provenance is not None:
        source = verification.provenance
        say(f"Nguồn: {source.system}/{source.service}, {local_time(source.answered_at)}")
