"""Questions to the operations centre: the portal's services, the store of papers, payments."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any, Final, get_args

from lienthong.identity import (
    PersonalNumber,
)
from lienthong.interface import (
    Accepted,
    AgencyProceduresQuery,
    AnswerList,
    AnswersQuery,
    CodeList,
    CodeListName,
    CodeListQuery,
    DossierQuery,
    FileContent,
    HubAnswer,
    HubDossier,
    HubFileQuery,
    HubQuestion,
    HubRating,
    Outcome,
    PaymentFee,
    PaymentOrder,
    PaymentQuery,
    PaymentReceiptQuery,
    PaymentRecord,
    PortalAccountQuery,
    ProcedureListQuery,
    ProcedureQuery,
    PromotionOutcome,
    PublicationDecisionQuery,
    QuestionsQuery,
    RatedCriterion,
    StoredFileQuery,
    StoredPapersQuery,
    Verb,
)
from lienthong.testing._subject import Sample

from ._parts import (
    MOMENT,
    PERSON,
    ask,
    dossier_code,
    found,
    nobody,
    progress_step,
    record,
)

_UID: Final = "00000000-0000-0000-0000-000000000000"
_LINK: Final = (
    f"https://dichvucong.sandbox.invalid/XrdAdapter/RestService/forward/downloadfile/{_UID}"
)


def _dossier(number: int) -> HubDossier:
    return HubDossier(
        dossier=dossier_code(number),
        procedure="1.004222.H31",
        procedure_name="Đăng ký thường trú",
        field_code="G01-CA05",
        field_name="Đăng ký, quản lý cư trú",
        owner_name="Trần Thử Nghiệm",
        owner_number="033088000012",
        submitted_at=MOMENT,
        received_at=MOMENT,
        due_at=MOMENT.replace(month=12),
        status="2",
        agency_name="UBND xã Thử Nghiệm",
    )


def _answer(_number: int, question: str = "HD-2026-0001") -> HubAnswer:
    return HubAnswer(
        question_id=question,
        agency="H31",
        answered_by="Cán bộ Mẫu",
        title="Chuyên viên",
        answered_at=MOMENT,
        content="Trả lời thử",
    )


def _filled(found: CodeList) -> bool:
    """Published row keys and those by rule are read alike: every entry has code and name."""
    return bool(found.entries) and all(entry.code and entry.name for entry in found.entries)


_BOTH: Final = (
    *found(ProcedureQuery("1.004222")),
    *nobody(ProcedureQuery("9.999999"), PublicationDecisionQuery("0")),
    *found(
        *(CodeListQuery(name) for name in get_args(CodeListName) if name != "procedures_of_kind"),
        CodeListQuery("procedures_of_kind", "TTHC"),
        holds=record(CodeList, _filled),
    ),
    *found(
        AgencyProceduresQuery("H31"),
        QuestionsQuery(),
        QuestionsQuery("agencies"),
        PortalAccountQuery(PersonalNumber(PERSON)),
    ),
    *nobody(
        AnswersQuery("khong-co"),
        DossierQuery("H31.14-261124-9999"),
        PortalAccountQuery(PersonalNumber("033088009999")),
    ),
    Sample(Verb.SHARE, _dossier, "accepted"),
    Sample(Verb.SHARE, _dossier, "accepted", before=_dossier, update=True),
    Sample(
        Verb.LOOKUP, lambda number: DossierQuery(dossier_code(number)), "found", before=_dossier
    ),
    Sample(
        Verb.SHARE, lambda number: progress_step(dossier_code(number)), "accepted", before=_dossier
    ),
    Sample(Verb.SHARE, _dossier, "rejected", before=_dossier),
)
HUB: Final = (
    *_BOTH,
    *found(ProcedureListQuery()),
    Sample(
        Verb.LOOKUP,
        lambda _: AnswersQuery("HD-2026-0001"),
        "found",
        record(AnswerList, lambda found: found.answers[0].content == "Trả lời thử"),
        before=_answer,
    ),
    Sample(Verb.SHARE, _answer, "accepted"),
    Sample(Verb.SHARE, lambda number: _answer(number, "khong-co"), "rejected"),
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
            dossier=dossier_code(number),
            at=MOMENT,
            satisfaction="5",
            criteria=(RatedCriterion(code="1", name="Thái độ", points="5"),),
        ),
        "accepted",
        before=_dossier,
    ),
    *ask(
        Verb.SHARE,
        "accepted",
        PromotionOutcome(
            dossier="H31.14-261124-0001",
            status="2",
            agency_dossier="H31.14-261124-0001",
            content="Đang xử lý",
            at=MOMENT,
        ),
    ),
)
PROXY: Final = (
    *_BOTH,
    *found(StoredPapersQuery(PERSON, (("KQ.G15.000031", ""),))),
    *nobody(StoredPapersQuery("033088009999", (("KQ.G15.000031", ""),))),
    *found(StoredFileQuery("G15", _LINK), HubFileQuery(_LINK), HubFileQuery(_UID), raw=True),
)


def _reference(number: int) -> str:
    return f"H31-{number:06d}"


def payment_order(number: int) -> PaymentOrder:
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


async def _pays(far: Any, number: int) -> None:
    await far.happens("payment", reference=_reference(number))


def _opened(came: Outcome) -> bool:
    """The payer is given an address."""
    return isinstance(came, Accepted) and came.receipt.reference.startswith("https://")


def _is_pdf(found: FileContent) -> bool:
    return found.media_type == "application/pdf" and b64decode(found.content_base64)[:4] == b"%PDF"


PAYMENT: Final = (
    Sample(
        Verb.LOOKUP,
        _payment,
        "found",
        record(PaymentRecord, lambda found: found.status == "pending"),
        before=payment_order,
    ),
    Sample(
        Verb.LOOKUP,
        _payment,
        "found",
        record(PaymentRecord, lambda found: (found.status, found.amount) == ("paid", 50000)),
        before=payment_order,
        happens=_pays,
    ),
    Sample(
        Verb.LOOKUP,
        lambda number: PaymentReceiptQuery(_reference(number), datetime.now(UTC)),
        "found",
        record(FileContent, _is_pdf),
        before=payment_order,
        happens=_pays,
        raw=True,
    ),
    Sample(Verb.SHARE, payment_order, "accepted", _opened),
    Sample(Verb.SHARE, payment_order, "rejected", before=payment_order),
)
