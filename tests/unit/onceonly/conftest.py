"""Facts, evidence and rules for the once-only engine, each with one thing to vary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lienthong.interface import (
    CitizenRecord,
    Component,
    Found,
    ProcedureRecord,
    Provenance,
    Record,
    Requirement,
    StoredPaper,
    StoredPapers,
    StoredPapersQuery,
)
from lienthong.onceonly import (
    Answer,
    Applicant,
    Catalogue,
    Decision,
    Evidence,
    Facts,
    Question,
    ReplacementRule,
    Subject,
    decide_all,
)
from lienthong.onceonly._sources import query_for

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
NUMBER = "033085000101"
NAME = "Nguyễn Văn Hùng"

APPLICANT = Applicant.citizen(
    personal_id=NUMBER,
    full_name=NAME,
    birth_date="14/03/1985",
    insurance_number="3301104729",
    certificate_serial="DX 101111",
)

PAPER = Component(
    code="000.00.00.G15-KQ000001",
    name="Giấy xác nhận",
    type="residence_proof",
    replaced_by=("KQ.G15.000038",),
)
PLAIN = Component(code="000.00.00.G15-KQ000002", name="Giấy khác")


def rule(**changed: Any) -> ReplacementRule:
    """A replacement rule on the citizen's record."""
    values: dict[str, Any] = {
        "id": "noi-cu-tru",
        "version": 3,
        "paper_type": "residence_proof",
        "system": "population",
        "record": "citizen",
        "needs": ("permanent_address",),
        "fresh_days": 1,
        "legal_basis": "Nghị quyết 66.7/2025/NQ-CP",
        "announced_by": "Chính phủ",
        "sentence_vi": "Không cần nộp giấy tờ cư trú.",
        "sentence_en": "No proof of residence is needed.",
    }
    return ReplacementRule.model_validate({**values, **changed})


def catalogue(
    *rules: ReplacementRule, components: tuple[Component, ...] = (PAPER, PLAIN)
) -> Catalogue:
    """A catalogue of one procedure."""
    procedure = ProcedureRecord(code="1.000001", name="Thủ tục mẫu", components=components)
    return Catalogue({procedure.code: procedure}, rules)


def facts(**changed: Any) -> Facts:
    """A verified citizen of whom nothing is held, and a population database that can be asked."""
    plain = Facts(
        procedure=catalogue().procedure("1.000001"),
        applicant=APPLICANT,
        identity="verified",
        declined=frozenset(),
        holdings=(),
        answers={},
        systems=frozenset({"population", "business", "social_insurance", "land"}),
        now=NOW,
        deadline=NOW + timedelta(hours=48),
    )
    return replace(plain, **changed)


CHILD = Applicant.citizen(
    personal_id="033320000201", full_name="Trẻ Em Mẫu", birth_date="02/05/2020"
)
CHILD_INDEX = "aa" * 32


def about_child(**changed: Any) -> Facts:
    """The same, and the paper is about a child of the applicant."""
    return facts(subjects={PAPER.code: Subject(CHILD, CHILD_INDEX)}, **changed)


def evidence(**changed: Any) -> Evidence:
    """The paper itself, held and valid."""
    plain = Evidence(
        id="evidence-1",
        kind="paper",
        code=PAPER.code,
        type=PAPER.type,
        issued_on=date(2026, 1, 2),
        valid_until=None,
        permanent=True,
        dossier="H31.14-260102-0001",
        system="",
        service="",
        answered_at=None,
        content_sha256="ab" * 32,
        status="valid",
        digitisation_code="H31-SH-X",
        filed_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    return replace(plain, **changed)


PROVENANCE = Provenance(
    system="population",
    service="TraCuuThongTinCongDan",
    dialect="soap",
    channel="c06",
    request_id="r-1",
    answered_at=NOW,
    sha256="cd" * 32,
)


def citizen(**changed: Any) -> CitizenRecord:
    """The applicant's record."""
    values: dict[str, Any] = {
        "personal_id": NUMBER,
        "full_name": NAME,
        "birth": "1985-03-14",
        "permanent_address": {"province": "33", "commune": "11983"},
    }
    return CitizenRecord.model_validate({**values, **changed})


def answered(
    by: ReplacementRule, outcome: Any, applicant: Applicant = APPLICANT
) -> dict[Question, Answer]:
    """The answer to a rule's question; a record is wrapped as found."""
    query = query_for(by.record, applicant)
    assert query is not None
    found = Found(outcome, PROVENANCE) if isinstance(outcome, Record) else outcome
    return {Question(by.system, by.record, query): Answer(found, "evidence-9")}


def stored(code: str, outcome: Any = None) -> Facts:
    """Facts in which the national store of digitised papers answered; with a code when the file could be read."""
    query = StoredPapersQuery(APPLICANT.owner_number, tuple((one, "") for one in PAPER.replaced_by))
    record = StoredPapers(papers=(StoredPaper(result=PAPER.replaced_by[0]),))
    answer = Answer(outcome or Found(record, PROVENANCE), "evidence-7" if code else "", code)
    question = Question("operations_centre", "stored_paper", query)
    return facts(store="operations_centre", answers={question: answer})


def choose(
    given: Facts,
    lists: tuple[tuple[str, ...], ...],
    other: tuple[tuple[str, ...], ...] | None,
    known: Catalogue | None = None,
    components: tuple[Component, ...] = (),
) -> tuple[Decision, ...]:
    """The decisions on papers of which one list is enough, and on a second requirement."""
    papers = components or (PAPER, Component(code="P1", name="Giấy khác"))
    wanted = (
        Requirement(code="Y1", name="Chỗ ở", lists=lists),
        Requirement(code="Y2", name="Sức khỏe", lists=other),
    )
    return decide_all(papers, wanted, given, known or catalogue())
