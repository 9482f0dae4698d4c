"""A simple model of the evidence store, played against the real one: what is reused must be what the model allows."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import insert

from lienthong.guard import BlindIndex, Keyring, Sealer
from lienthong.interface import (
    CitizenRecord,
    Component,
    ProcedureRecord,
    Provenance,
    ResultKind,
)
from lienthong.onceonly import (
    Applicant,
    Catalogue,
    ContentStore,
    EventKind,
    Evidence,
    EvidencePolicy,
    EvidenceStore,
    Facts,
    PaperFacts,
    Received,
    Signature,
    SignatureVerdict,
    StoredContent,
    Subject,
    Verdict,
    decide,
    load_event_rules,
)
from lienthong.storage import Database, migrate, new_id, tables

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"
PLACE = "H31.14"
RESIDENCE = Component(code="P1", name="Giấy tờ cư trú", type="residence_proof")
MARRIAGE = Component(
    code="P2", name="Tình trạng hôn nhân", type="marital_status", replaced_by=("R1",)
)
OTHER = Component(code="P3", name="Giấy khác", type="other")
COMPONENTS = (RESIDENCE, MARRIAGE, OTHER)
RESULT = ResultKind(code="R1", name="Xác nhận", type="marital_status", valid="P6M")
PROCEDURE = ProcedureRecord(code="1.000001", name="Thủ tục mẫu", components=COMPONENTS)
BOOK = Catalogue({PROCEDURE.code: PROCEDURE}, ())
OWNERS = tuple(
    Applicant.citizen(personal_id=number, full_name=name, birth_date=birth)
    for number, name, birth in (
        ("033085000101", "Nguyễn Văn Mẫu", "14/03/1985"),
        ("033185000102", "Trần Thị Thử", "15/04/1985"),
    )
)
# Whom a paper may be about besides its owner: two children, whose papers their parent files.
CHILDREN = ("033320000201", "033220000202")
SUBJECTS = ("", *CHILDREN)
HOLDING = {"valid", "unsigned", "unchecked"}
WHERE = {
    "": True,
    "toàn quốc": True,
    "H31": True,
    "H31.14": True,
    "H31.20": False,
    "Trong xã": False,
}


REASONS = frozenset(
    {
        "ended",
        "unverified",
        "another owner's",
        "about another",
        "another paper",
        "broken signature",
        "expired",
        "out of scope",
        "unsigned",
    }
)
"""Everything that can keep evidence from reuse."""


@dataclass
class Held:
    """What the model knows of one piece of evidence."""

    id: str
    owner: int
    kind: str
    code: str
    type: str
    until: date | None
    signature: str
    scope: str
    trusted: bool
    about: str
    alive: bool = True


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="lt-model-")) / "template.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


class EvidenceMachine(RuleBasedStateMachine):
    """Random lives of the evidence of two people."""

    counts: ClassVar[dict[str, int]] = {"steps": 0, "wrong_reuse": 0, "reused": 0}
    near: ClassVar[Counter[str]] = Counter()
    """How often one thing alone kept evidence from reuse: what was never near was never tried."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="lt-model-"))
        shutil.copyfile(_template(), self.folder / "db")
        self.db = Database.open(f"sqlite:///{self.folder / 'db'}")
        self.keys = Keyring.create(self.folder / "keys.json")
        self.now = datetime(2026, 1, 5, 3, tzinfo=UTC)
        self.held: list[Held] = []
        self.homes: dict[int, str] = {}
        self.married: dict[int, str] = {}
        self.required = False
        self.store = self._open()

    def _open(self) -> EvidenceStore:
        sealer = Sealer(self.keys)
        return EvidenceStore(
            sealer,
            BlindIndex(self.keys),
            ContentStore(self.folder / "content", sealer),
            "H31",
            EvidencePolicy(signature_required=self.required),
            events=load_event_rules(CATALOGUE),
        )

    def teardown(self) -> None:
        """Closes the store."""
        self.loop.run_until_complete(self.db.aclose())
        self.loop.close()
        shutil.rmtree(self.folder)

    @initialize(required=st.booleans())
    def begin(self, required: bool) -> None:
        """With signatures required or not."""
        self.required = required
        self.store = self._open()

    async def _case(self, conn: Any, identity: str) -> str:
        case_id = new_id()
        await conn.execute(
            insert(tables.cases).values(
                id=case_id, dossier=case_id, procedure="1.000001", agency=PLACE, officer="canbo01",
                sealed=b"x", status="2", identity=identity,
            )
        )  # fmt: skip
        return case_id

    @rule(
        owner=st.sampled_from((0, 1)),
        component=st.sampled_from(COMPONENTS),
        days=st.none() | st.integers(0, 30),
        # Mostly good, so that one thing alone is wrong often enough to be noticed.
        signature=st.sampled_from((SignatureVerdict.VALID,) * 8 + tuple(SignatureVerdict)),
        scope=st.sampled_from(("",) * 8 + tuple(WHERE)),
        identity=st.sampled_from(("verified",) * 8 + ("none", "mismatch")),
        as_result=st.booleans(),
        about=st.sampled_from(("", "", *SUBJECTS)),
    )
    def put(
        self, owner: int, component: Component, days: int | None, signature: SignatureVerdict,
        scope: str, identity: str, as_result: bool, about: str,
    ) -> None:  # fmt: skip
        """A paper is handed in, or a result issued, in a case of its own."""
        until = self._today() + timedelta(days=days) if days is not None else None
        if as_result and until is None:
            until = self._today() + timedelta(days=90)

        async def work() -> str:
            async with self.db.begin() as conn:
                values: dict[str, Any] = {
                    "owner_key": OWNERS[owner].owner_key,
                    "case_id": await self._case(conn, identity),
                    "facts": PaperFacts(valid_until=until, scope=scope, subject=about),
                    "content": Received(
                        StoredContent("ab" * 32, 5), "application/pdf", Signature(signature)
                    ),
                    "now": self.now,
                }
                if as_result:
                    return await self.store.add_result(conn, result=RESULT, **values)
                return await self.store.add_paper(conn, component=component, **values)

        evidence_id = self.loop.run_until_complete(work())
        if as_result:
            for item in self.held:
                if item.owner == owner and item.kind == "result" and item.about == about:
                    item.alive = False
        self.held.append(
            Held(
                evidence_id, owner, "result" if as_result else "paper",
                RESULT.code if as_result else component.code,
                RESULT.type if as_result else component.type,
                until, signature.value, scope,
                identity != "mismatch" if as_result else identity == "verified",
                about,
            )
        )  # fmt: skip
        self._look()

    @rule(number=st.integers(0, 30))
    def revoke(self, number: int) -> None:
        """Something held is revoked."""
        if not self.held:
            return
        item = self.held[number % len(self.held)]

        async def work() -> None:
            async with self.db.begin() as conn:
                await self.store.revoke(conn, [item.id], self.now)

        self.loop.run_until_complete(work())
        item.alive = False
        self._look()

    @rule(
        whom=st.sampled_from((0, 1, *CHILDREN)),
        event=st.sampled_from((EventKind.DIED, EventKind.MOVED)),
    )
    def happen(self, whom: int | str, event: EventKind) -> None:
        """Somebody tells of an event of an owner or of a child."""
        key = f"person:{whom}" if isinstance(whom, str) else OWNERS[whom].owner_key

        async def work() -> None:
            async with self.db.begin() as conn:
                await self.store.happened(conn, owner_key=key, event=event, now=self.now)

        self.loop.run_until_complete(work())
        self._ended(whom, None if event is EventKind.DIED else "residence_proof")
        self._look()

    @rule(
        owner=st.sampled_from((0, 1)),
        home=st.sampled_from(("", "11983", "12000")),
        married=st.sampled_from(("", "1", "2")),
    )
    def answer(self, owner: int, home: str, married: str) -> None:
        """The population database answers, with another address or marital status or with the same."""
        applicant = OWNERS[owner]
        record = CitizenRecord.model_validate(
            {
                "personal_id": applicant.owner_number,
                "full_name": applicant.full_name,
                "marital_status": married,
                "permanent_address": {"province": "33", "commune": home},
            }
        )

        async def work() -> None:
            async with self.db.begin() as conn:
                await self.store.add_record(
                    conn, owner_key=applicant.owner_key, case_id="c", code="citizen:aa",
                    record=record, now=self.now,
                    provenance=Provenance(
                        system="population", service="s", dialect="", channel="", request_id="",
                        answered_at=self.now, sha256="cd" * 32,
                    ),
                )  # fmt: skip

        self.loop.run_until_complete(work())
        if home and self.homes.get(owner) and self.homes[owner] != home:
            self._ended(owner, "residence_proof")
        if married and self.married.get(owner) and self.married[owner] != married:
            self._ended(owner, "marital_status")
        self.homes[owner], self.married[owner] = home, married
        self._look()

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        """Time passes."""
        self.now += timedelta(days=days)
        self._look()

    def _ended(self, whom: int | str, paper_type: str | None) -> None:
        """What is about somebody ends, whoever filed it."""
        for item in self.held:
            if (item.about or item.owner) == whom and paper_type in {None, item.type}:
                item.alive = False

    def _today(self) -> date:
        return (self.now + timedelta(hours=7)).date()

    def _allowed(self, owner: int, about: str, component: Component) -> set[str]:
        """What may be reused; and, counted, what only one thing keeps from it."""
        allowed: set[str] = set()
        for item in self.held:
            against = self._against(item, owner, about, component)
            if not against:
                allowed.add(item.id)
            elif len(against) == 1:
                type(self).near.update(against)
        return allowed

    def _against(self, item: Held, owner: int, about: str, component: Component) -> list[str]:
        """Every reason against reuse of a piece of evidence for a paper."""
        holds = {
            "ended": item.alive,
            "unverified": item.trusted,
            "another owner's": item.owner == owner,
            "about another": item.about == about,
            "another paper": item.code == component.code or item.code in component.replaced_by,
            "broken signature": item.signature in HOLDING,
            "expired": item.until is None or item.until >= self._today(),
            "out of scope": WHERE[item.scope],
            "unsigned": not self.required or item.kind == "result" or item.signature == "valid",
        }
        return [
            reason
            for reason, fine in holds.items()
            # A broken signature is no valid one either: one reason, not two.
            if not fine and not (reason == "unsigned" and item.signature not in HOLDING)
        ]

    def _look(self) -> None:
        """Every paper of every owner, about everybody, reused or asked for: as the model says, and never when declined."""
        for owner, applicant in enumerate(OWNERS):
            # Everything that the owner filed, about whomever, lies before the engine at once.
            holdings = tuple(
                item for whom in SUBJECTS for item in self._holdings(applicant.owner_key, whom)
            )
            for about in SUBJECTS:
                for component in COMPONENTS:
                    allowed = self._allowed(owner, about, component)
                    for declined in (frozenset[str](), frozenset({component.code})):
                        self._decide(applicant, about, component, holdings, declined, allowed)

    def _holdings(self, key: str, about: str) -> tuple[Evidence, ...]:
        async def work() -> tuple[Evidence, ...]:
            subject = f"person:{about}" if about else ""
            async with self.db.read() as conn:
                return await self.store.holdings(conn, key, PLACE, about=subject)

        return self.loop.run_until_complete(work())

    def _decide(
        self, applicant: Applicant, about: str, component: Component,
        holdings: tuple[Evidence, ...], declined: frozenset[str], allowed: set[str],
    ) -> None:  # fmt: skip
        child = Applicant.citizen(personal_id=about or CHILDREN[0], full_name="Trẻ Em Mẫu")
        index = self.store.owner_index(child.owner_key).hex()
        facts = Facts(
            procedure=PROCEDURE, applicant=applicant, identity="verified", declined=declined,
            holdings=holdings, answers={}, systems=frozenset(), now=self.now,
            deadline=self.now + timedelta(hours=48),
            subjects={component.code: Subject(child, index)} if about else {},
        )  # fmt: skip
        decision = decide(component, facts, BOOK)
        reused = decision.verdict is Verdict.WAIVED
        wrong = reused and (bool(declined) or decision.evidence_id not in allowed)
        type(self).counts["steps"] += 1
        type(self).counts["reused"] += reused
        type(self).counts["wrong_reuse"] += wrong
        assert not wrong, "evidence was reused that must not be"
        assert declined or reused == bool(allowed), "good evidence was not reused"


def play(examples: int = 25, steps: int = 30) -> dict[str, int]:
    """Plays random lives; how many decisions were looked at and how many were wrong.

    Raises:
        AssertionError: The store reused what it must not, or did not reuse what it may; with the shortest life found.
    """
    run_state_machine_as_test(
        EvidenceMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return dict(EvidenceMachine.counts)
