"""What can be asked from the command line: one table, from which help, options, checks and queries all come."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import click

from ._values import READERS

if TYPE_CHECKING:
    from lienthong import Applicant
    from lienthong.interface import Query


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question.

    Attributes:
        name: As typed.
        system: The connector that answers it.
        query: Name of the query type in ``lienthong.interface``.
        title: Vietnamese.
        values: Field of the query → where its value comes from, first that has one: ``--option`` or ``case.what``.
        example: The options of an example.
    """

    name: str
    system: str
    query: str
    title: str
    values: Mapping[str, tuple[str, ...]]
    example: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        """The options that it takes, e.g. ``--serial``."""
        found = (source for sources in self.values.values() for source in sources)
        return tuple(source for source in found if source.startswith("--"))


_PERSON: Final = {"person": ("case.citizen",)}
_CITIZEN: Final = {"number": ("case.number",), "full_name": ("case.name",)}
_BIRTH: Final = {"birth": ("case.birth",)}
_RELATIVE: Final = {"full_name": ("--relative",), "number": ("--relative-id",)}
_BY_CRITERIA: Final = {
    "full_name": ("case.name",),
    **_BIRTH,
    "sex": ("case.sex",),
    "province": ("--province",),
}
_CARD: Final = {"card": ("--card", "case.number"), "full_name": ("case.name",), **_BIRTH}
_TICKET: Final = {"ticket": ("--ticket",)}
_CODE: Final = "--code"
_PAID: Final = {"reference": ("--reference",), "started_at": ("--started-at",)}
_PAYMENT: Final = '--reference TT-0001 --started-at "24/11/2026 08:30"'

LOOKUPS: Final = (
    Kind("citizen", "population", "CitizenQuery", "một công dân", {**_CITIZEN, **_BIRTH}),
    Kind("citizen-supply", "population", "CitizenSupplyQuery", "một công dân, dịch vụ cung cấp", _PERSON),
    Kind("household", "population", "HouseholdQuery", "hộ gia đình của công dân", _PERSON),
    Kind("blood-group", "population", "BloodGroupQuery", "nhóm máu", _PERSON),
    Kind("lists", "population", "CitizenListsQuery", "các yêu cầu danh sách của ta", {}),
    Kind(
        "list-status", "population", "CitizenListStatusQuery", "một yêu cầu danh sách đến đâu",
        {**_TICKET, "part": ("--part",)}, "--ticket YC-0001 --part history",
    ),
    Kind(
        "list", "population", "CitizenListQuery", "công dân trong một danh sách đã xong",
        {**_TICKET, "form": ("--form",)}, "--ticket YC-0001",
    ),
    Kind(
        "organisation", "business", "OrganisationQuery", "doanh nghiệp, hộ kinh doanh, hợp tác xã",
        {"code": ("--enterprise", "case.enterprise"), "kind": ("--register",)},
        "--enterprise 0990001015",
    ),
    Kind(
        "registration", "business", "RegistrationDossierQuery", "một hồ sơ đăng ký doanh nghiệp",
        {"journal_number": ("--journal",)}, "--journal 20260001",
    ),
    Kind(
        "registrations", "business", "RegistrationListQuery", "hồ sơ đăng ký trong những ngày đó",
        {"from_date": ("--from",), "to_date": ("--to",)}, "--from 01/11/2026 --to 07/11/2026",
    ),
    Kind(
        "registrations-today", "business", "RegistrationDayQuery", "hồ sơ đăng ký hôm nay",
        {"from_time": ("--from-time",), "to_time": ("--to-time",)}, "--from-time 08:00",
    ),
    Kind(
        "insurance-number", "social_insurance", "InsuranceNumberQuery", "mã số BHXH của người nộp",
        {**_BY_CRITERIA, "district": ("--district",), "commune": ("--commune",)}, "--province 33",
    ),
    Kind(
        "insurance", "social_insurance", "InsuranceQuery", "hồ sơ BHXH theo mã số",
        {"number": ("--insurance", "case.insurance")}, "--insurance 3301104729",
    ),
    Kind(
        "household-insurance", "social_insurance", "HouseholdInsuranceQuery", "BHYT hộ gia đình",
        {**_BY_CRITERIA, "book_number": ("--book",), "card": ("--household-card",)}, "--province 33",
    ),
    Kind("card", "social_insurance", "CardQuery", "thẻ BHYT", _CARD, "--card DN4333301104729"),
    Kind(
        "treatments", "social_insurance", "TreatmentHistoryQuery", "lịch sử khám chữa bệnh BHYT",
        _CARD, "--card DN4333301104729",
    ),
    Kind(
        "treatment", "social_insurance", "TreatmentDetailQuery", "một lần khám chữa bệnh BHYT",
        {"card": _CARD["card"], "record": ("--record",)},
        "--card DN4333301104729 --record 330110472901",
    ),
    Kind(
        "parcel", "land", "ParcelQuery", "thửa đất",
        {"commune": ("--commune",), "map_sheet": ("--sheet",), "parcel": ("--parcel",)},
        "--commune 11953 --sheet 3 --parcel 45",
    ),
    Kind(
        "certificate", "land", "CertificateQuery", "giấy chứng nhận của người nộp",
        {
            "owner_number": ("case.owner",),
            "serial": ("--serial", "case.certificate"),
            "barcode": ("--barcode",),
        },
        '--serial "DX 101111"',
    ),
    Kind(
        "land-file", "land", "LandFileQuery", "hồ sơ đăng ký đất đai sau một giấy chứng nhận",
        {"serial": ("--serial", "case.certificate"), "owner_number": ("case.owner",)},
        '--serial "DX 101111"',
    ),
    Kind(
        "land-document", "land", "LandDocumentQuery", "tệp mà hệ thống đất đai gửi liên kết",
        {"url": ("--url",)}, "--url /tep/1",
    ),
    Kind(
        "dossier", "operations_centre", "DossierQuery", "một hồ sơ tại Trung tâm điều hành",
        {"dossier": (_CODE,)}, "--code H31.14-261123-0001",
    ),
    Kind(
        "procedure", "operations_centre", "ProcedureQuery", "một thủ tục hành chính quốc gia",
        {"code": (_CODE,)}, "--code 1.004873",
    ),
    Kind(
        "procedure-sheet", "operations_centre", "ProcedureSheetQuery",
        "bản in một thủ tục trên Cổng (dialect public)", {"code": (_CODE,)}, "--code 1.004873",
    ),
    Kind(
        "portal-score", "operations_centre", "PortalScoreQuery",
        "điểm bộ chỉ số 766 trên Cổng (dialect public)",
        {
            "period": ("--period",),
            "report": ("--score-report",),
            "under": ("--under",),
            "page": ("--page",),
        },
        "--period 2026-Q4 --score-report transparency",
    ),
    Kind("procedures", "operations_centre", "ProcedureListQuery", "mọi thủ tục hành chính quốc gia", {}),
    Kind(
        "code-list", "operations_centre", "CodeListQuery", "một danh mục dùng chung",
        {"name": ("--list",), "kind": ("--procedure-kind",)}, "--list ethnicities",
    ),
    Kind(
        "agency-procedures", "operations_centre", "AgencyProceduresQuery", "thủ tục của một cơ quan",
        {"agency": ("--agency",)}, "--agency H31",
    ),
    Kind(
        "publication-decision", "operations_centre", "PublicationDecisionQuery",
        "quyết định công bố thủ tục", {"decision_id": ("--decision",)}, "--decision 12345",
    ),
    Kind(
        "portal-account", "operations_centre", "PortalAccountQuery", "tài khoản Cổng DVCQG của người nộp",
        {"number": ("case.number", "case.enterprise")},
    ),
    Kind(
        "questions", "operations_centre", "QuestionsQuery", "câu hỏi trên Cổng DVCQG",
        {"asked_of": ("--asked-of",)}, "--asked-of agencies",
    ),
    Kind(
        "answers", "operations_centre", "AnswersQuery", "câu trả lời của một câu hỏi",
        {"question_id": ("--question",)}, "--question 1001",
    ),
    Kind(
        "stored-papers", "operations_centre", "StoredPapersQuery", "giấy tờ số hóa trong kho quốc gia",
        {"owner_number": ("case.owner",), "results": ("--result",)}, "--result KQ.G15.000001",
    ),
    Kind(
        "stored-file", "operations_centre", "StoredFileQuery", "một tệp trong kho quốc gia",
        {"agency": ("--agency",), "path": ("--path",)}, "--agency H31 --path /kho/1.pdf",
    ),
    Kind(
        "hub-file", "operations_centre", "HubFileQuery", "tệp sau một liên kết mà Cổng đã gửi",
        {"url": ("--url",)}, "--url https://127.0.0.1/tep/1",
    ),
    Kind("payment", "operations_centre", "PaymentQuery", "một khoản thanh toán", _PAID, _PAYMENT),
    Kind(
        "payment-receipt", "operations_centre", "PaymentReceiptQuery", "biên lai của khoản đã trả",
        _PAID, _PAYMENT,
    ),
)  # fmt: skip
"""What ``lienthong lookup`` asks."""

CLAIMS: Final = (
    Kind("citizen", "population", "CitizenQuery", "số, họ tên, ngày sinh là của một người", {**_CITIZEN, **_BIRTH}),
    Kind(
        "next-of-kin", "population", "NextOfKinQuery", "người đã nêu là cha, mẹ, vợ/chồng hoặc con",
        {**_PERSON, "relation": ("--relation",), **_RELATIVE},
        '--relation father --relative "Nguyễn Văn Cha Mẫu"',
    ),
    Kind(
        "guardian", "population", "GuardianQuery", "người đã nêu là người giám hộ",
        {**_PERSON, **_RELATIVE}, '--relative "Trần Thị Bình Mẫu"',
    ),
    Kind(
        "household-head", "population", "HouseholdHeadQuery", "người đã nêu là chủ hộ",
        {**_PERSON, **_RELATIVE, "relation": ("--head-relation",)},
        '--relative "Nguyễn Văn An Mẫu"',
    ),
    Kind(
        "residence", "population", "ResidenceQuery", "nơi ở hiện tại",
        {
            **_PERSON,
            "province": ("--province",),
            "commune": ("--commune",),
            "district": ("--district",),
            "detail": ("--address",),
        },
        "--province 33 --commune 11983",
    ),
    Kind(
        "marital-status", "population", "MaritalStatusQuery", "tình trạng hôn nhân",
        {
            **_PERSON,
            "status": ("--marital",),
            "spouse_name": ("--relative",),
            "spouse_number": ("--relative-id",),
        },
        "--marital single",
    ),
    Kind("life-status", "population", "LifeStatusQuery", "đã chết hoặc mất tích", _PERSON),
    Kind("card", "social_insurance", "CardQuery", "thẻ BHYT còn giá trị", _CARD, "--card DN4333301104729"),
)  # fmt: skip
"""What ``lienthong verify --claim`` asks, yes or no."""


@dataclass(frozen=True, slots=True)
class Known:
    """The case's applicant, by the names that the table uses behind ``case.``."""

    applicant: Applicant

    def value(self, what: str) -> Any:
        """What is known; ``None`` when it is not."""
        applicant = self.applicant
        if what == "citizen":
            from lienthong.interface import CitizenQuery

            if applicant.number is None:
                return None
            return CitizenQuery(applicant.number, applicant.full_name, applicant.birth)
        found: dict[str, Callable[[], Any]] = {
            "number": lambda: applicant.number,
            "name": lambda: applicant.full_name,
            "birth": lambda: applicant.birth,
            "sex": lambda: applicant.sex,
            "enterprise": lambda: applicant.enterprise,
            "insurance": lambda: applicant.insurance,
            "certificate": lambda: applicant.certificate,
            "owner": lambda: applicant.owner_number,
        }
        return found[what]()


_UNKNOWN_VI: Final = {
    "case.citizen": ("the applicant's number", "số định danh của người nộp"),
    "case.number": ("the applicant's number", "số định danh của người nộp"),
    "case.birth": ("the applicant's birth date", "ngày sinh của người nộp"),
    "case.owner": ("the applicant's number", "số giấy tờ của người nộp"),
}


def options_of(kinds: tuple[Kind, ...]) -> tuple[str, ...]:
    """All options that these kinds take."""
    return tuple(dict.fromkeys(option for kind in kinds for option in kind.options))


def kind_of(name: str, kinds: tuple[Kind, ...]) -> Kind:
    """The kind of that name.

    Raises:
        UsageError: There is none; the message lists those that there are.
    """
    found = next((kind for kind in kinds if kind.name == name), None)
    if found is None:
        known = ", ".join(kind.name for kind in kinds)
        msg = (
            f"{name!r} is no kind; there are {known} / không có loại {name!r}, chỉ có các loại trên"
        )
        raise click.UsageError(msg)
    return found


def refuse_strange(kind: Kind, typed: Mapping[str, Any]) -> None:
    """Refuses options that this kind would silently ignore.

    Raises:
        UsageError: One was typed.
    """
    strange = [
        name for name, value in typed.items() if value is not None and name not in kind.options
    ]
    if strange:
        takes = ", ".join(kind.options) or "no option of its own / không có tùy chọn riêng"
        msg = f"{', '.join(strange)} is not for {kind.name}, which takes {takes} / không dùng cho {kind.name}"
        raise click.UsageError(msg)


def build_query(kind: Kind, applicant: Applicant, typed: Mapping[str, Any]) -> Query:
    """The query of a kind.

    Args:
        kind: What is asked.
        applicant: Of the case.
        typed: Values by option name, e.g. ``--serial``; ``None`` where not typed.

    Raises:
        UsageError: Something it needs was not typed and the case does not know it.
        IdentityError: A value is malformed.
    """
    from lienthong import interface

    form: Any = getattr(interface, kind.query)
    optional = {
        item.name
        for item in fields(form)
        if item.default is not MISSING or item.default_factory is not MISSING
    }
    known = Known(applicant)
    arguments: dict[str, Any] = {}
    missing: list[tuple[str, ...]] = []
    for name, sources in kind.values.items():
        value = next(
            (found for source in sources if (found := _value(source, known, typed)) is not None),
            None,
        )
        if value is not None:
            arguments[name] = value
        elif name not in optional:
            missing.append(sources)
    if missing:
        raise click.UsageError(_lacking(kind, missing))
    query: Query = form(**arguments)
    return query


def _value(source: str, known: Known, typed: Mapping[str, Any]) -> Any:
    if not source.startswith("--"):
        return known.value(source.removeprefix("case.")) or None
    text = typed.get(source)
    return None if text in (None, "", ()) else READERS[source](text)


def _lacking(kind: Kind, missing: list[tuple[str, ...]]) -> str:
    options = [sources[0] for sources in missing if sources[0].startswith("--")]
    if options:
        listed = ", ".join(options)
        return f"{kind.name} needs {listed} / cần thêm {listed}"
    english, vietnamese = _UNKNOWN_VI.get(
        missing[0][0], ("more of the applicant", "thông tin người nộp")
    )
    return f"the case does not have {english}, which {kind.name} needs / hồ sơ chưa có {vietnamese}"


def kinds_help(kinds: tuple[Kind, ...], command: str, *, with_system: bool) -> str:
    """A block of help: each kind with what it is, and an example of each."""
    case = "--dossier H31.14-261123-0001"
    width = max(len(kind.name) for kind in kinds)
    lines = ["\b", "Loại:"]
    lines += [f"  {kind.name:<{width}}  {kind.title}" for kind in kinds]
    lines += ["", "\b", "Ví dụ, mỗi loại một dòng:"]
    for kind in kinds:
        words = (command, kind.system if with_system else "", kind.name, kind.example, case)
        lines.append("  " + " ".join(filter(None, words)))
    return "\n".join(lines)
