"""The declared services of the population database (population page A3 to A6)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from . import _fields as table
from . import _operations as op
from ._operations import Operation

SYSTEM: Final = "population"

_DIALECTS: Final = ("soap", "wrapped", "flat")
_CHANNELS: Final = ("c06", "lgsp", "ngsp", "open", "dongthap")
_NAMED_ONLY: Final = "population page A3 names it; the message is ours, after A4 and A5"
_PERSON: Final = (*table.HEAD, *table.person())
_TICKET: Final = (*table.LIST_HEAD, table.TICKET)
_AREA: Final = table.area()


def _service(
    name: Operation,
    verb: Verb,
    title_vi: str,
    title_en: str,
    request: tuple[Field, ...],
    reply: tuple[Field, ...],
    *,
    basis: Basis = Basis.OURS,
    source: str = _NAMED_ONLY,
    idempotent: bool = True,
) -> Service:
    return Service(
        system=SYSTEM,
        name=name,
        verb=verb,
        title_vi=title_vi,
        title_en=title_en,
        dialects=_DIALECTS,
        channels=_CHANNELS,
        basis=basis,
        source=source,
        idempotent=idempotent,
        request=request,
        reply=reply,
    )


def _claim(
    name: Operation,
    title_vi: str,
    title_en: str,
    *specific: Field,
    reply: tuple[Field, ...] = table.VERDICT,
) -> Service:
    return _service(name, Verb.VERIFY, title_vi, title_en, (*_PERSON, *specific), reply)


def _list(by: str, title_vi: str, title_en: str, *specific: Field) -> Service:
    request = (*table.LIST_HEAD, *specific)
    # Asked twice, two lists are made.
    return _service(
        op.LISTS[by], Verb.SHARE, title_vi, title_en, request, table.ACCEPTED_LIST, idempotent=False
    )


def _care(
    name: Operation,
    title_vi: str,
    title_en: str,
    reply: tuple[Field, ...],
    *specific: Field,
    verb: Verb = Verb.LOOKUP,
) -> Service:
    return _service(name, verb, title_vi, title_en, (*_TICKET, *specific), reply)


SERVICES: Final = (
    _service(
        op.VERIFY,
        Verb.VERIFY,
        "Xác thực thông tin công dân",
        "Confirms that number, name and birth date belong together",
        (*table.VERIFY_HEAD, *table.person(birth=False)),
        table.EXISTS,
        basis=Basis.CODE,
        source="population page A3-A5, callers C6 and C8",
    ),
    _service(
        op.LOOKUP,
        Verb.LOOKUP,
        "Tra cứu thông tin công dân",
        "The record of a citizen by number, name and birth date",
        _PERSON,
        table.RECORD,
        basis=Basis.CODE,
        source="population page A3-A6, callers C1 to C4, C7 and C9",
    ),
    _claim(
        op.NEXT_OF_KIN,
        "Xác minh thông tin nhân thân",
        "Whether somebody is the citizen's father, mother, spouse or child",
        Field(
            "QuanHe", "01-04", "The relative is: 01 father, 02 mother, 03 spouse, 04 child", True, 2
        ),
        *table.other_person("NhanThan", "the relative"),
    ),
    _claim(
        op.GUARDIAN,
        "Xác minh thông tin người giám hộ",
        "Whether somebody is the citizen's guardian",
        *table.other_person("NguoiGiamHo", "the guardian"),
    ),
    _claim(
        op.HOUSEHOLD_HEAD,
        "Xác minh thông tin chủ hộ",
        "Whether somebody is the head of the citizen's household",
        *table.other_person("ChuHo", "the head of household"),
        Field("QuanHe", "string", "The citizen's relation to the head, e.g. CH01", False, 10),
    ),
    _claim(
        op.RESIDENCE,
        "Xác minh thông tin nơi ở hiện tại",
        "Whether the citizen lives there now",
        *table.area(province=True, commune=True),
        Field("MaQuanHuyen", "digits", "District code, 3 digits; none since 1 July 2025", False, 3),
        Field("ChiTiet", "string", "House and street", False, 255),
    ),
    _claim(
        op.MARITAL_STATUS,
        "Xác minh tình trạng hôn nhân",
        "Whether that is the citizen's marital status",
        Field("TinhTrangHonNhan", "1|2|3", "1 single, 2 married, 3 divorced or widowed", True, 1),
        *table.other_person("VoChong", "the spouse", required=False),
    ),
    _claim(
        op.LIFE_STATUS,
        "Xác minh tình trạng chết, mất tích",
        "Whether the citizen is dead or missing",
        reply=table.LIFE_VERDICT,
    ),
    _service(
        op.CITIZEN,
        Verb.LOOKUP,
        "Cung cấp thông tin công dân",
        "The record of a citizen, by the supply service",
        _PERSON,
        table.RECORD,
    ),
    _service(
        op.HOUSEHOLD,
        Verb.LOOKUP,
        "Cung cấp thông tin hộ gia đình",
        "The household that a citizen belongs to",
        _PERSON,
        table.HOUSEHOLD_RECORD,
    ),
    _service(
        op.BLOOD_GROUP,
        Verb.LOOKUP,
        "Cung cấp thông tin nhóm máu",
        "A citizen's blood group",
        _PERSON,
        table.BLOOD_RECORD,
        basis=Basis.SPEC,
        source="population page A4 (S1) for the request; the answer is ours, after A5",
    ),
    _list(
        "area",
        "Yêu cầu danh sách công dân theo địa phương",
        "Asks for a list of the citizens of an area",
        *table.area(province=True),
    ),
    _list(
        "age",
        "Yêu cầu danh sách công dân theo độ tuổi",
        "Asks for a list of citizens by age",
        Field("TuTuoi", "digits", "From this age, whole years, included", True, 3),
        Field("DenTuoi", "digits", "To this age, whole years, included", True, 3),
        *_AREA,
    ),
    _list(
        "blood_group",
        "Yêu cầu danh sách công dân theo nhóm máu",
        "Asks for a list of citizens by blood group",
        Field("NhomMau", "digits", "00 unknown, 01 A, 02 B, 03 AB, 04 O", True, 2),
        *_AREA,
    ),
    _list(
        "sex",
        "Yêu cầu danh sách công dân theo giới tính",
        "Asks for a list of citizens by sex",
        Field("GioiTinh", "digits", "1 male, 2 female", True, 1),
        *_AREA,
    ),
    _list(
        "ethnicity",
        "Yêu cầu danh sách công dân theo dân tộc",
        "Asks for a list of citizens by ethnicity",
        Field("DanToc", "digits", "Catalogue code, 2 digits", True, 2),
        *_AREA,
    ),
    _list(
        "religion",
        "Yêu cầu danh sách công dân theo tôn giáo",
        "Asks for a list of citizens by religion",
        Field("TonGiao", "digits", "Catalogue code, 2 digits", True, 2),
        *_AREA,
    ),
    _service(
        op.REQUESTS,
        Verb.LOOKUP,
        "Các yêu cầu danh sách đã gửi",
        "All list requests of ours",
        (*table.LIST_HEAD, *table.PAGE),
        table.ALL_LISTS,
    ),
    _care(
        op.STATUS, "Trạng thái yêu cầu danh sách", "How a list request stands", table.LIST_STATUS
    ),
    _care(
        op.DETAIL, "Chi tiết yêu cầu danh sách", "What a list request asked for", table.LIST_DETAIL
    ),
    _care(op.HISTORY, "Lịch sử yêu cầu danh sách", "Steps of a list request", table.LIST_HISTORY),
    _care(
        op.RESULT,
        "Kết quả yêu cầu danh sách",
        "Size of a finished list; a ticket again while it runs",
        table.LIST_RESULT,
    ),
    _care(
        op.AS_RECORDS,
        "Danh sách công dân theo yêu cầu, dạng bản ghi",
        "The citizens of a finished list, read page by page; a ticket again while it runs",
        table.LIST_PAGE,
        *table.PAGE,
    ),
    _care(
        op.AS_FILE,
        "Danh sách công dân theo yêu cầu, dạng tệp",
        "A finished list as a file; a ticket again while it runs",
        table.LIST_FILE,
    ),
    _care(
        op.DELETE,
        "Xóa yêu cầu danh sách",
        "Removes a list request and its result",
        table.LIST_REMOVED,
        verb=Verb.SHARE,
    ),
)

BY_NAME: Final = {service.name: service for service in SERVICES}
