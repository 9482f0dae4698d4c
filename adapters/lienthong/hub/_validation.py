"""What the hub would refuse, found before it is told: what fails goes to the desk that can correct it (hub page §13.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Final

from lienthong.identity import (
    DossierCode,
    EnterpriseCode,
    IdentityError,
    ProcedureCode,
    identify_person_number,
)
from lienthong.interface import HubDossier, HubProgress, ProcedureRecord

from ._content import HubMessage
from .errors import Problem

_STATUSES: Final = frozenset(str(number) for number in range(1, 11))
_PASSPORT: Final = re.compile(r"(?=[A-Z0-9]{6,15}\Z)[A-Z0-9]*[A-Z][A-Z0-9]*")
_RISING: Final = "0123456789" * 3


def problems(message: HubMessage, procedure: ProcedureRecord | None) -> list[Problem]:
    """Everything about a message that the hub would refuse; empty when it may be told.

    Checked are the mandatory list of hub page §2.1, the code tables of §2.4, the form of codes, whether codes of papers and
    results belong to the procedure, and the order of dates. Lengths are the message types' own.

    Args:
        message: A dossier or a progress step.
        procedure: Its procedure from the catalogue; ``None`` leaves out what only the catalogue can tell.
    """
    if isinstance(message, HubProgress):
        return list(_step(message))
    found = [
        *_head(message),
        *_owner(message),
        *_times(message),
        *_papers(message),
        *_results(message),
        *_doubled(message),
        *_supplements(message),
        *_fees(message),
        *_other_papers(message),
    ]
    if procedure is not None:
        found += _against_catalogue(message, procedure)
    return found


def _step(step: HubProgress) -> Iterator[Problem]:
    yield from _code(step.dossier)
    yield from _status(step.status)
    if not step.officer.strip():
        yield _missing("officer", "người xử lý", "the officer")
    moments = {"started_at": step.started_at, "at": step.at, "due_at": step.due_at}
    zoneless = list(_zoneless(moments))
    yield from zoneless
    if not zoneless and step.started_at and step.started_at > step.at:
        yield _disordered("at", "Thời điểm xử lý", "ngày bắt đầu", "the step ends before it starts")


def _head(message: HubDossier) -> Iterator[Problem]:
    yield from _code(message.dossier)
    yield from _status(message.status)
    try:
        code = ProcedureCode.parse(message.procedure)
        national = code.value == code.national.value == message.procedure
    except IdentityError:
        national = False
    if not national:
        yield Problem(
            "procedure",
            "Mã thủ tục phải là mã quốc gia dạng 1.004222, không kèm mã cơ quan.",
            "must be a national code such as 1.004222, without an agency's suffix",
        )
    if not message.procedure_name.strip():
        yield _missing("procedure_name", "tên thủ tục", "the procedure's name")
    if not message.field_name.strip():
        yield _missing("field_name", "tên lĩnh vực", "the field's name")
    if not message.agency_name.strip():
        yield _missing("agency_name", "đơn vị xử lý", "the agency's name")
    if not all(code.strip() for code in message.databases):
        yield _missing("databases", "mã cơ sở dữ liệu đã kết nối", "a database's code")


def _owner(message: HubDossier) -> Iterator[Problem]:
    number = message.owner_number.strip()
    if not number:
        yield _missing("owner_number", "số giấy tờ của chủ hồ sơ", "the owner's paper number")
    elif _is_dummy(number):
        # Some clients fill a missing number with a made-up one: that breaks the owner's electronic store (hub page §2.5).
        yield Problem(
            "owner_number",
            "Số giấy tờ của chủ hồ sơ là số giả. Đề nghị nhập số thật.",
            "is a made-up number; enter the real one",
        )
    elif not _number_fits(number, message.owner_kind):
        yield Problem(
            "owner_number",
            "Số giấy tờ của chủ hồ sơ không đúng dạng. Đề nghị đối chiếu với giấy tờ gốc.",
            "has not the form of a number of this kind of owner; compare it with the paper",
        )


def _is_dummy(number: str) -> bool:
    digits = number.upper().strip("X")
    if not digits or len(set(number)) == 1:
        return True
    if not number.isdecimal():
        return False
    # No unit's numbers begin at nothing, and no serial is all zeros.
    blank = number.startswith("000") or number.endswith("000000")
    return blank or number in _RISING or number in _RISING[::-1]


def _number_fits(number: str, kind: str) -> bool:
    try:
        if kind == "1" and number.isdecimal():
            identify_person_number(number)
        elif kind == "1":
            return _PASSPORT.fullmatch(number) is not None
        elif kind == "2":
            EnterpriseCode.parse(number, individual=True)
    except IdentityError:
        return False
    return True


def _times(message: HubDossier) -> Iterator[Problem]:
    moments = {
        "submitted_at": message.submitted_at,
        "received_at": message.received_at,
        "due_at": message.due_at,
        "refused_at": message.refused_at,
        "finished_at": message.finished_at,
        "returned_at": message.returned_at,
    }
    zoneless = list(_zoneless(moments))
    yield from zoneless
    if zoneless:
        return
    course = [
        (name, moment)
        for name in ("submitted_at", "received_at", "finished_at", "returned_at")
        if (moment := moments[name]) is not None
    ]
    for (_, earlier), (name, later) in pairwise(course):
        if later < earlier:
            yield _disordered(
                name,
                _TIMES_VI[name],
                "mốc thời gian trước đó",
                "lies before the moment that precedes it",
            )
    for name in ("due_at", "refused_at"):
        moment = moments[name]
        if moment is not None and moment < message.submitted_at:
            yield _disordered(
                name, _TIMES_VI[name], "ngày nộp hồ sơ", "lies before the day of submission"
            )


_TIMES_VI: Final = {
    "received_at": "Ngày tiếp nhận",
    "finished_at": "Ngày kết thúc xử lý",
    "returned_at": "Ngày trả kết quả",
    "due_at": "Ngày hẹn trả",
    "refused_at": "Ngày từ chối",
}


def _papers(message: HubDossier) -> Iterator[Problem]:
    for number, paper in enumerate(message.papers):
        where = f"papers[{number}]"
        if not paper.paper_id.strip():
            yield _missing(f"{where}.paper_id", "mã tệp của giấy tờ", "the paper's own id")
        if not paper.name.strip():
            yield _missing(f"{where}.name", "tên giấy tờ", "the paper's name")
        if not paper.component.strip():
            yield _missing(f"{where}.component", "mã thành phần hồ sơ", "the component's code")
        if paper.reused == 2 and not paper.replaced_by.strip():
            yield _missing(
                f"{where}.replaced_by", "mã kết quả thay thế", "the result that replaces it"
            )


def _results(message: HubDossier) -> Iterator[Problem]:
    for number, result in enumerate(message.results):
        where = f"results[{number}]"
        if not result.name.strip():
            yield _missing(f"{where}.name", "tên kết quả", "the result's name")
        if not result.result.strip():
            yield _missing(f"{where}.result", "mã kết quả", "the result's code")


def _doubled(message: HubDossier) -> Iterator[Problem]:
    for field, ids in (
        ("papers", [paper.paper_id for paper in message.papers]),
        ("results", [result.paper_id for result in message.results]),
    ):
        if len(set(ids)) < len(ids):
            yield Problem(
                field,
                "Có giấy tờ trùng mã tệp trong hồ sơ.",
                "two papers have the same id, so the hub would keep one of them",
            )
    requests = [asked.supplement_id for asked in message.supplements]
    if len(set(requests)) < len(requests):
        yield Problem(
            "supplements",
            "Có yêu cầu bổ sung trùng mã trong hồ sơ.",
            "two requests to supplement have the same id, so the hub would keep one of them",
        )


def _supplements(message: HubDossier) -> Iterator[Problem]:
    for number, asked in enumerate(message.supplements):
        where = f"supplements[{number}]"
        if not asked.supplement_id.strip():
            yield _missing(
                f"{where}.supplement_id",
                "mã yêu cầu bổ sung",
                "the id of the request to supplement",
            )
        if not asked.asked_by.strip():
            yield _missing(f"{where}.asked_by", "người yêu cầu bổ sung", "who asked")
        if not asked.content.strip():
            yield _missing(f"{where}.content", "nội dung yêu cầu bổ sung", "what is asked for")
        # While it waits, a date that the dossier has and the request did not bring was appointed before. A procedure without
        # a term may have none, and no date is made up for it.
        waits = message.status == "5" and not asked.done
        if waits and message.due_at and asked.due_before is asked.due_after is None:
            yield _missing(
                f"{where}.due_before", "ngày hẹn trả trước khi bổ sung", "the previous return date"
            )
        if asked.done and asked.received_at is None:
            yield _missing(f"{where}.received_at", "ngày nhận bổ sung", "when it was received")
        zoneless = list(
            _zoneless(
                {
                    f"{where}.asked_at": asked.asked_at,
                    f"{where}.received_at": asked.received_at,
                    f"{where}.due_before": asked.due_before,
                    f"{where}.due_after": asked.due_after,
                }
            )
        )
        yield from zoneless
        if not zoneless and asked.received_at and asked.received_at < asked.asked_at:
            yield _disordered(
                f"{where}.received_at",
                "Ngày nhận bổ sung",
                "ngày yêu cầu bổ sung",
                "lies before the moment it was asked for",
            )


def _fees(message: HubDossier) -> Iterator[Problem]:
    codes: set[str] = set()
    for number, fee in enumerate(message.fees):
        where = f"fees[{number}]"
        if not fee.name.strip():
            yield _missing(f"{where}.name", "tên phí, lệ phí", "the fee's name")
        if not fee.code.strip():
            yield _missing(f"{where}.code", "mã phí, lệ phí", "the fee's code")
        elif fee.code in codes:
            yield Problem(
                f"{where}.code",
                "Có phí, lệ phí trùng mã trong hồ sơ.",
                "two fees have the same code, so one of them would be counted twice",
            )
        codes.add(fee.code)
    if message.online_payment != "0" and not message.fees:
        yield Problem(
            "online_payment",
            "Hồ sơ ghi đã thanh toán trực tuyến nhưng không có phí, lệ phí nào.",
            "says that a fee was paid online, but there is none",
        )


def _other_papers(message: HubDossier) -> Iterator[Problem]:
    for number, paper in enumerate(message.other_papers):
        if not paper.name.strip():
            yield _missing(f"other_papers[{number}].name", "tên giấy tờ khác", "the paper's name")
        if paper.count < 1:
            yield Problem(
                f"other_papers[{number}].count",
                "Số lượng giấy tờ phải từ 1 trở lên.",
                "must be at least 1",
            )


def _against_catalogue(message: HubDossier, procedure: ProcedureRecord) -> Iterator[Problem]:
    if message.procedure != procedure.code:
        yield Problem(
            "procedure",
            "Mã thủ tục của hồ sơ khác mã trong danh mục.",
            f"differs from {procedure.code}, the procedure it was checked against",
        )
    # Some procedures have no field in the catalogue; then the hub cannot ask for one.
    for field, ours, published, name in (
        ("field_code", message.field_code, procedure.field_code, "Mã lĩnh vực"),
        ("field_name", message.field_name, procedure.field_name, "Tên lĩnh vực"),
    ):
        if ours != published:
            yield Problem(
                field,
                f"{name} phải đúng như trong danh mục thủ tục.",
                "must be the same as in the catalogue (hub page §2.1)",
            )
    components = {component.code for component in procedure.components}
    for number, paper in enumerate(message.papers):
        # A paper that was taken back may be of a component that the catalogue has dropped since.
        if paper.component and paper.component not in components and not paper.deleted:
            yield Problem(
                f"papers[{number}].component",
                "Mã thành phần hồ sơ không thuộc thủ tục này.",
                "is no component of this procedure",
            )
    results = {result.code for result in procedure.results}
    for number, issued in enumerate(message.results):
        if issued.result and issued.result not in results:
            yield Problem(
                f"results[{number}].result",
                "Mã kết quả không thuộc thủ tục này.",
                "is no result of this procedure",
            )


def _code(dossier: str) -> Iterator[Problem]:
    try:
        fits = DossierCode.parse(dossier).value == dossier
    except IdentityError:
        fits = False
    if not fits:
        yield Problem(
            "dossier",
            f"{DossierCode.RULE_VI}.",
            f"must have the form {DossierCode.RULE}",
        )


def _status(status: str) -> Iterator[Problem]:
    if status not in _STATUSES:
        yield Problem(
            "status",
            "Trạng thái hồ sơ phải là một trong các mã 1 đến 10.",
            "must be one of the hub's codes 1 to 10",
        )


def _zoneless(moments: dict[str, datetime | None]) -> Iterator[Problem]:
    for name, moment in moments.items():
        if moment is not None and moment.tzinfo is None:
            yield Problem(
                name,
                "Thời điểm phải có múi giờ. Đề nghị báo quản trị hệ thống.",
                "has no time zone, so its Vietnam time is unknown",
            )


def _missing(field: str, what_vi: str, what_en: str) -> Problem:
    return Problem(field, f"Thiếu {what_vi}.", f"{what_en} is missing")


def _disordered(field: str, what_vi: str, than_vi: str, what_en: str) -> Problem:
    return Problem(field, f"{what_vi} không được trước {than_vi}.", what_en)
