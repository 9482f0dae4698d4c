"""What the suite asks of the five: at least one question for each service, answered by the sandbox's synthetic people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, get_args

from lienthong.identity import (
    CertificateSerial,
    EnterpriseCode,
    InsuranceCard,
    InsuranceNumber,
    PartialDate,
    PersonalNumber,
    Sex,
)
from lienthong.interface import (
    Accepted,
    AgencyProceduresQuery,
    AnswersQuery,
    BloodGroupQuery,
    CardQuery,
    CertificateQuery,
    CitizenListQuery,
    CitizenListRemoval,
    CitizenListRequest,
    CitizenListsQuery,
    CitizenListStatusQuery,
    CitizenQuery,
    CitizenSupplyQuery,
    CodeListName,
    CodeListQuery,
    Deferred,
    DossierQuery,
    EmcEvent,
    GuardianQuery,
    HandoverFile,
    HouseholdHeadQuery,
    HouseholdInsuranceQuery,
    HouseholdQuery,
    HubAnswer,
    HubDossier,
    HubFileQuery,
    HubProgress,
    HubQuestion,
    HubRating,
    InsuranceNumberQuery,
    InsuranceQuery,
    LandFileQuery,
    LandHandover,
    LandRejection,
    LandReturned,
    LandSupplement,
    LifeStatusQuery,
    MaritalStatusQuery,
    Message,
    MinistryCodeRequest,
    MinistryDossier,
    MinistryUpload,
    NextOfKinQuery,
    OrganisationQuery,
    Outcome,
    ParcelQuery,
    PaymentFee,
    PaymentOrder,
    PaymentQuery,
    PortalAccountQuery,
    ProcedureListQuery,
    ProcedureQuery,
    PromotionOutcome,
    PublicationDecisionQuery,
    Query,
    QuestionsQuery,
    RatedCriterion,
    RegistrationDayQuery,
    RegistrationDossierQuery,
    RegistrationListQuery,
    ResidenceQuery,
    StoredFileQuery,
    StoredPapersQuery,
    TreatmentHistoryQuery,
    Verb,
)

from ._subject import Sample

_LINK: Final = (
    "https://dichvucong.sandbox.invalid/XrdAdapter/RestService/forward/downloadfile/"
    "00000000-0000-0000-0000-000000000000"
)
_MOMENT: Final = datetime(2026, 11, 23, 19, 30, 5, tzinfo=UTC)
_PERSON: Final = "033085000101"
_NAME: Final = "Nguyễn Văn An Mẫu"
_NOBODY: Final = "Không Có Ai"
_OWNER: Final = "033066004242"
_SERIAL: Final = CertificateSerial.parse("DX 101111")

PRIVATE: Final = (_PERSON, _NAME, "3301104729", "DX101111", "DX 101111", _OWNER)
"""Identifiers and names of the questions below; none may show in logs, errors or ``repr``."""


def citizen(name: str = _NAME, number: str = _PERSON, birth: str = "1985-03-14") -> CitizenQuery:
    """Somebody, by number, name and birth."""
    return CitizenQuery(PersonalNumber(number), name, PartialDate.parse(birth))


def company(code: str, kind: Any = "") -> OrganisationQuery:
    """An organisation by its number."""
    return OrganisationQuery(EnterpriseCode.parse(code), kind)


def _ask(verb: Verb, outcome: str, *subjects: Query | Message, **more: Any) -> tuple[Sample, ...]:
    """Samples whose question is the same every time."""
    return tuple(Sample(verb, _always(subject), outcome, **more) for subject in subjects)


def _always(subject: Query | Message) -> Callable[[int], Query | Message]:
    return lambda _: subject


def _yes(*queries: Query) -> tuple[Sample, ...]:
    return _ask(Verb.VERIFY, "confirmed", *queries)


def _no(*queries: Query) -> tuple[Sample, ...]:
    return _ask(Verb.VERIFY, "mismatch", *queries)


def _found(*queries: Query, **more: Any) -> tuple[Sample, ...]:
    return _ask(Verb.LOOKUP, "found", *queries, **more)


def _nobody(*queries: Query, **more: Any) -> tuple[Sample, ...]:
    return _ask(Verb.LOOKUP, "not_found", *queries, **more)


# ---- population ----------------------------------------------------------------------------------

_MINOR: Final = citizen("Nguyễn Bảo An Nhi", "033219004747", "2019-09-05")
_HUSBAND: Final = citizen("Hứa Văn Chồng Mẫu", "033083004949", "1983-03-30")
_DEAD: Final = citizen("Cao Văn Vinh Mẫu", "033041002626", "1941-02-11")
_LIST: Final = CitizenListRequest(by="area", province="33")


def _of_list(
    verb: Verb, outcome: str, make: Callable[[str], Query | Message], requests: int = 1
) -> Sample:
    """A question about a list that was asked for just before."""

    def follow(before: Outcome) -> Query | Message:
        return make(before.ticket if isinstance(before, Deferred) else "")

    return Sample(
        verb, lambda _: make("0"), outcome, before=lambda _: _LIST, follow=follow, requests=requests
    )


def _stage(part: Literal["status", "detail", "history", "result"]) -> Callable[[str], Query]:
    return lambda ticket: CitizenListStatusQuery(ticket, part)


_STAGES: Final = (_stage("status"), _stage("detail"), _stage("history"), _stage("result"))
POPULATION: Final = (
    *_found(citizen()),
    *_nobody(citizen("Trần Văn Khác")),
    *_yes(citizen()),
    *_no(citizen("Trần Văn Khác")),
    *_yes(
        NextOfKinQuery(citizen(), "mother", "Nguyễn Thị Mẹ Mẫu"),
        GuardianQuery(_MINOR, "Nguyễn Thị Giám Hộ Mẫu"),
        HouseholdHeadQuery(citizen(), _NAME),
        ResidenceQuery(citizen(), "33", "11983"),
        MaritalStatusQuery(_HUSBAND, "2", "Kim Thị Vợ Mẫu"),
        LifeStatusQuery(_DEAD),
    ),
    *_no(
        NextOfKinQuery(citizen(), "mother", "Người Dưng Mẫu"),
        GuardianQuery(_MINOR, "Người Dưng Mẫu"),
        HouseholdHeadQuery(citizen(), "Người Dưng Mẫu"),
        ResidenceQuery(citizen(), "33", "00001"),
        MaritalStatusQuery(citizen(), "2"),
        LifeStatusQuery(citizen()),
    ),
    *_found(CitizenSupplyQuery(citizen()), HouseholdQuery(citizen()), BloodGroupQuery(citizen())),
    *_nobody(CitizenSupplyQuery(citizen(_NOBODY)), HouseholdQuery(citizen(_NOBODY))),
    *_found(CitizenListsQuery()),
    *_ask(
        Verb.SHARE,
        "deferred",
        _LIST,
        CitizenListRequest(by="age", age_from=60, age_to=120),
        CitizenListRequest(by="blood_group", code="01"),
        CitizenListRequest(by="sex", code="2"),
        CitizenListRequest(by="ethnicity", code="01"),
        CitizenListRequest(by="religion", code="00"),
    ),
    *(_of_list(Verb.LOOKUP, "found", make) for make in _STAGES),
    _of_list(Verb.LOOKUP, "found", CitizenListQuery, requests=2),
    _of_list(Verb.LOOKUP, "found", lambda ticket: CitizenListQuery(ticket, "file"), requests=2),
    _of_list(Verb.SHARE, "accepted", lambda ticket: CitizenListRemoval(ticket=ticket)),
)

# ---- business ------------------------------------------------------------------------------------

OPENCPS: Final = (
    *_found(company("0990001015"), company("0990002026")),
    *_nobody(company("0100109106")),
)
HCM: Final = (*OPENCPS, *_found(company("0990001015001")))
_DAY: Final = date(2024, 3, 1)
GENERATION1: Final = (
    *OPENCPS,
    *_found(RegistrationListQuery(_DAY, _DAY), RegistrationDayQuery()),
    *_found(RegistrationListQuery(_DAY, date(2024, 3, 12)), requests=3),
    *_nobody(RegistrationDossierQuery("99xx0000M0000")),
)
GENERATION2: Final = (
    *OPENCPS,
    *_found(company("033092004040", "household_business"), company("0990008081", "cooperative")),
    *_nobody(company("033092009999", "household_business"), company("0100109106", "cooperative")),
)

# ---- social insurance ----------------------------------------------------------------------------


def _number(name: str, birth: str, sex: Sex, district: str, commune: str) -> InsuranceNumberQuery:
    return InsuranceNumberQuery(name, PartialDate.parse(birth), sex, "33", district, commune)


INSURANCE: Final = (
    *_found(
        InsuranceQuery(InsuranceNumber.parse("3301104729")),
        _number(_NAME, "1985-03-14", Sex.MALE, "323", "11983"),
        HouseholdInsuranceQuery(
            _NAME, PartialDate.parse("1985-03-14"), Sex.MALE, "33", card="DN4333301104729"
        ),
    ),
    *_nobody(
        InsuranceQuery(InsuranceNumber("9999999999")),
        _number(_NOBODY, "1950-01-02", Sex.MALE, "323", "11983"),
        HouseholdInsuranceQuery(_NOBODY, PartialDate.parse("1950-01-02"), Sex.MALE, "33"),
    ),
    *_ask(
        Verb.LOOKUP,
        "ambiguous",
        _number("Nguyễn Thị Hương Trùng", "1987-03-08", Sex.FEMALE, "327", "12073"),
    ),
)
_CARD: Final = (InsuranceCard("DN4333301104729"), _NAME, PartialDate.parse("1985-03-14"))


def _trial(code: str) -> CardQuery:
    """The sandbox's card that is always answered with this code."""
    return CardQuery(
        InsuranceCard(f"GD4339900000{code}"), f"Thẻ Thử {code}", PartialDate(1980, 1, 1)
    )


CARD: Final = (
    *_found(CardQuery(*_CARD), TreatmentHistoryQuery(*_CARD)),
    *_nobody(_trial("050")),
    *_yes(CardQuery(*_CARD)),
    *_no(_trial("060")),
)

# ---- land ----------------------------------------------------------------------------------------


def _dossier_code(number: int) -> str:
    return f"H31.14-261124-{number % 10000:04d}"


def _handover(number: int) -> LandHandover:
    return LandHandover(
        dossier=_dossier_code(number),
        province="33",
        commune="12205",
        received_by="canbo1",
        received_at=_MOMENT,
        applicant_name="Trần Thử Nghiệm",
        applicant_number="033088000012",
        process_code="QT01",
        process_name="Cấp đổi giấy chứng nhận",
        parcels=(("204", "17", "250.5", "Thôn Mẫu"),),
        files=_FILES,
    )


_FILES: Final = (HandoverFile(name="Đơn", filename="don.pdf", content_base64="aGVsbG8="),)

LAND: Final = (
    *_found(CertificateQuery(_OWNER, serial=_SERIAL)),
    *_nobody(CertificateQuery(_OWNER, serial=CertificateSerial.parse("DX 999999"))),
    *_found(ParcelQuery("12205", 17, 204), LandFileQuery(_SERIAL, _OWNER)),
    *_nobody(ParcelQuery("12205", 9999, 1), LandFileQuery(_SERIAL, "033088009999")),
    Sample(Verb.SHARE, _handover, "accepted"),
    Sample(Verb.SHARE, _handover, "already", before=_handover),
    Sample(
        Verb.SHARE,
        lambda number: LandSupplement(dossier=_dossier_code(number), due_at=_MOMENT, files=_FILES),
        "already",
        before=_handover,
    ),
    Sample(
        Verb.SHARE,
        lambda number: LandReturned(dossier=_dossier_code(number), returned_at=_MOMENT),
        "accepted",
        before=_handover,
    ),
    Sample(
        Verb.SHARE,
        lambda number: LandRejection(
            dossier=_dossier_code(number), content="Sai diện tích", files=_FILES
        ),
        "accepted",
        before=_handover,
    ),
)

# ---- operations centre ---------------------------------------------------------------------------


def _dossier(number: int) -> HubDossier:
    return HubDossier(
        dossier=_dossier_code(number),
        procedure="1.004222.H31",
        procedure_name="Đăng ký thường trú",
        field_code="G01-CA05",
        field_name="Đăng ký, quản lý cư trú",
        owner_name="Trần Thử Nghiệm",
        owner_number="033088000012",
        submitted_at=_MOMENT,
        received_at=_MOMENT,
        due_at=_MOMENT.replace(month=12),
        status="2",
        agency_name="UBND xã Thử Nghiệm",
    )


def _step(number: int) -> HubProgress:
    return HubProgress(dossier=_dossier_code(number), officer="Lê Kiểm Thử", at=_MOMENT, status="2")


def _answer(_number: int) -> HubAnswer:
    return HubAnswer(
        question_id="HD-2026-0001",
        agency="H31",
        answered_by="Cán bộ Mẫu",
        title="Chuyên viên",
        answered_at=_MOMENT,
        content="Trả lời thử",
    )


_BOTH: Final = (
    *_found(ProcedureQuery("1.004222")),
    *_nobody(ProcedureQuery("9.999999"), PublicationDecisionQuery("0")),
    *_found(
        AgencyProceduresQuery("H31"),
        *(CodeListQuery(name) for name in get_args(CodeListName) if name != "procedures_of_kind"),
        CodeListQuery("procedures_of_kind", "TTHC"),
        QuestionsQuery(),
        QuestionsQuery("agencies"),
        PortalAccountQuery(PersonalNumber(_PERSON)),
    ),
    *_nobody(
        AnswersQuery("khong-co"),
        DossierQuery("H31.14-261124-9999"),
        PortalAccountQuery(PersonalNumber("033088009999")),
    ),
    Sample(Verb.SHARE, _dossier, "accepted"),
    Sample(Verb.SHARE, _dossier, "accepted", before=_dossier, update=True),
    Sample(
        Verb.LOOKUP, lambda number: DossierQuery(_dossier_code(number)), "found", before=_dossier
    ),
    Sample(Verb.SHARE, _step, "accepted", before=_dossier),
    Sample(Verb.SHARE, _dossier, "rejected", before=_dossier),
)
HUB: Final = (
    *_BOTH,
    *_found(ProcedureListQuery()),
    Sample(Verb.LOOKUP, lambda _: AnswersQuery("HD-2026-0001"), "found", before=_answer),
    Sample(Verb.SHARE, _answer, "accepted"),
    Sample(
        Verb.SHARE,
        lambda number: HubQuestion(
            question_id=f"HD-H31-{number:04d}",
            field_code="G01-CA05",
            content="Câu hỏi thử",
            agency="H31",
            agency_name="UBND tỉnh Hưng Yên",
        ),
        "accepted",
    ),
    Sample(
        Verb.SHARE,
        lambda number: HubRating(
            rating_id=f"DG-{number:04d}",
            dossier=_dossier_code(number),
            at=_MOMENT,
            satisfaction="5",
            criteria=(RatedCriterion(code="1", name="Thái độ", points="5"),),
        ),
        "accepted",
        before=_dossier,
    ),
    *_ask(
        Verb.SHARE,
        "accepted",
        PromotionOutcome(
            dossier="H31.14-261124-0001",
            status="2",
            agency_dossier="H31.14-261124-0001",
            content="Đang xử lý",
            at=_MOMENT,
        ),
    ),
)
PROXY: Final = (
    *_BOTH,
    *_found(StoredPapersQuery(_PERSON, (("KQ.G15.000031", ""),))),
    *_nobody(StoredPapersQuery("033088009999", (("KQ.G15.000031", ""),))),
    *_found(StoredFileQuery("G15", _LINK), HubFileQuery(_LINK), raw=True),
)


def _reference(number: int) -> str:
    return f"H31-{number:06d}"


def _order(number: int) -> PaymentOrder:
    return PaymentOrder(
        reference=_reference(number),
        amount=50000,
        description="Thu phí thử",
        started_at=datetime.now(UTC),
        payer_ip="127.0.0.1",
        dossier="H31.14-261124-0001",
        procedure="1.004222",
        procedure_name="Thủ tục mẫu",
        agency="H31.14",
        agency_name="Cơ quan mẫu",
        account="0000000000",
        account_bank="MAU",
        account_name="Kho bạc mẫu",
        fees=(PaymentFee(kind="1", code="PHI01", name="Phí thử", amount=50000),),
    )


def _payment(number: int) -> PaymentQuery:
    return PaymentQuery(_reference(number), datetime.now(UTC))


PAYMENT: Final = (
    Sample(Verb.LOOKUP, _payment, "found", before=_order),
    Sample(Verb.SHARE, _order, "accepted"),
)


# ---- beside the portal ---------------------------------------------------------------------------

EMC: Final = _ask(
    Verb.SHARE,
    "accepted",
    EmcEvent(
        dossier="H31.14-261124-0001",
        procedure="1.004222.H31",
        procedure_name="Đăng ký thường trú",
        status="1",
        reception="2",
        level="4",
    ),
    raw=True,
)
_AGENCY: Final = "000.00.00.H31"
_CODE: Final = MinistryCodeRequest(agency=_AGENCY)


_MINISTRY_DOSSIER: Final = MinistryDossier(
    dossier="0",
    procedure="1.004222",
    owner_name="Trần Thử Nghiệm",
    agency=_AGENCY,
    submitted_at=_MOMENT,
    received_at=_MOMENT,
    components=(),
    applicant={"HoTen": "Trần Thử Nghiệm"},
)


def _coded(before: Outcome) -> MinistryDossier:
    """The dossier under the code that was fetched just before."""
    code = before.receipt.reference if isinstance(before, Accepted) else ""
    return _MINISTRY_DOSSIER.model_copy(update={"dossier": code})


MINISTRY: Final = (
    *_ask(
        Verb.SHARE, "accepted", _CODE, MinistryUpload(filename="a.pdf", content_base64="aGVsbG8=")
    ),
    Sample(
        Verb.SHARE,
        lambda _: _MINISTRY_DOSSIER,
        "accepted",
        before=lambda _: _CODE,
        follow=_coded,
        raw=True,
    ),
)
PUBLIC: Final = (
    *_found(ProcedureQuery("1.004222"), requests=2),
    *_found(ProcedureListQuery()),
    *_nobody(ProcedureQuery("9.999999")),
)
