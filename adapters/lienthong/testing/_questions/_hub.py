"""Questions to the operations centre: the portal's services, the store of papers, payments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, get_args

from lienthong.identity import (
    PersonalNumber,
)
from lienthong.interface import (
    AgencyProceduresQuery,
    AnswersQuery,
    CodeListName,
    CodeListQuery,
    DossierQuery,
    HubAnswer,
    HubDossier,
    HubFileQuery,
    HubQuestion,
    HubRating,
    PaymentFee,
    PaymentOrder,
    PaymentQuery,
    PaymentReceiptQuery,
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


def _answer(_number: int) -> HubAnswer:
    return HubAnswer(
        question_id="HD-2026-0001",
        agency="H31",
        answered_by="Cán bộ Mẫu",
        title="Chuyên viên",
        answered_at=MOMENT,
        content="Trả lời thử",
    )


_BOTH: Final = (
    *found(ProcedureQuery("1.004222")),
    *nobody(ProcedureQuery("9.999999"), PublicationDecisionQuery("0")),
    *found(
        AgencyProceduresQuery("H31"),
        *(CodeListQuery(name) for name in get_args(CodeListName) if name != "procedures_of_kind"),
        CodeListQuery("procedures_of_kind", "TTHC"),
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


async def _pays(far: Any, number: int) -> None:
    await far.happens("payment", reference=_reference(number))


PAYMENT: Final = (
    Sample(Verb.LOOKUP, _payment, "found", before=_order),
    Sample(Verb.SHARE, _order, "accepted"),
    Sample(
        Verb.LOOKUP,
        lambda number: PaymentReceiptQuery(_reference(number), datetime.now(UTC)),
        "found",
        before=_order,
        happens=_pays,
        raw=True,
    ),
)
