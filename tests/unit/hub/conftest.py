"""A hub that is told from memory, cases to tell of, and a clock that only tests move."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from lienthong.guard import BlindIndex, Keyring, Sealer
from lienthong.hub import HubSync, Outbox
from lienthong.interface import (
    Accepted,
    DossierQuery,
    DossierRecord,
    Found,
    Hop,
    HubDossier,
    HubProgress,
    HubRating,
    LookupOutcome,
    Message,
    NotFound,
    Provenance,
    Purpose,
    Query,
    Receipt,
    Rejected,
    ShareOutcome,
    Unavailable,
)
from lienthong.settings import HubSettings
from lienthong.storage import Database, cases, new_id, outbox

START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
DOSSIER = "H31.14-261123-0001"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def move(self, **how_far: float) -> None:
        self.at += timedelta(**how_far)


def provenance() -> Provenance:
    return Provenance(
        system="operations_centre",
        service="DongBoHoSoMC",
        dialect="adapter",
        channel="portal",
        request_id="1",
        answered_at=START,
        sha256="0" * 64,
    )


def rejected(reason: str, code: str = "-1", message: str = "Không hợp lệ") -> Rejected:
    return Rejected(code, message, provenance(), reason)


def accepted(message: str) -> Accepted:
    return Accepted(Receipt(code="0", message=message), provenance())


def unavailable(
    reason: str, *, may_have_arrived: bool = False, retry_at: datetime = START
) -> Unavailable:
    return Unavailable(
        "operations_centre", "x", Hop.SYSTEM, reason, retry_at, may_have_arrived=may_have_arrived
    )


Scripted = ShareOutcome | LookupOutcome | Exception | None


@dataclass
class FakeHub:
    """Keeps dossiers and steps as the hub does, and answers what a test scripted first.

    ``script`` holds per dossier what the next calls come back with; ``None`` means "as usual".
    ``lose`` counts answers that are lost after the message was taken.
    """

    dossiers: dict[str, HubDossier] = field(default_factory=dict)
    steps: list[HubProgress] = field(default_factory=list)
    ratings: dict[str, HubRating] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    purposes: list[Purpose] = field(default_factory=list)
    script: dict[str, deque[Scripted]] = field(default_factory=dict)
    lose: int = 0
    before: Callable[[Message], Awaitable[None]] | None = None

    def answer(self, dossier: str, *answers: Scripted) -> None:
        self.script.setdefault(dossier, deque()).extend(answers)

    def _scripted(self, dossier: str) -> Any:
        answers = self.script.get(dossier)
        answer = answers.popleft() if answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def lookup(
        self, system: str, query: Query, purpose: Purpose, *, deadline_s: float | None = None
    ) -> LookupOutcome:
        assert isinstance(query, DossierQuery)
        self.calls.append(f"lookup {query.dossier}")
        self.purposes.append(purpose)
        scripted: LookupOutcome | None = self._scripted(query.dossier)
        if scripted is not None:
            return scripted
        if query.dossier in self.dossiers:
            held = self.dossiers[query.dossier]
            return Found(DossierRecord(dossier=query.dossier, status=held.status), provenance())
        return NotFound(provenance())

    async def share(
        self,
        system: str,
        message: Message,
        purpose: Purpose,
        *,
        update: bool = False,
        deadline_s: float | None = None,
    ) -> ShareOutcome:
        self.purposes.append(purpose)
        if isinstance(message, HubRating):
            return self._rate(message)
        assert isinstance(message, HubDossier | HubProgress)
        kind = "step" if isinstance(message, HubProgress) else ("update" if update else "add")
        self.calls.append(f"{kind} {message.dossier} {message.status}")
        if self.before is not None:
            await self.before(message)
        scripted: ShareOutcome | None = self._scripted(message.dossier)
        if scripted is not None:
            return scripted
        outcome = self._take(message, update=update)
        if self.lose:
            self.lose -= 1
            return unavailable("maybe_arrived", may_have_arrived=True)
        return outcome

    def _rate(self, rating: HubRating) -> ShareOutcome:
        self.calls.append(f"rating {rating.dossier} {rating.satisfaction}")
        scripted: ShareOutcome | None = self._scripted(rating.dossier)
        if scripted is not None:
            return scripted
        self.ratings[rating.rating_id] = rating
        return Accepted(Receipt(code="0"), provenance())

    def _take(self, message: HubDossier | HubProgress, *, update: bool) -> ShareOutcome:
        known = message.dossier in self.dossiers
        if isinstance(message, HubProgress):
            if not known:
                return rejected("unknown")
            self.steps.append(message)
        elif known != update:
            return rejected("exists" if known else "unknown")
        else:
            self.dossiers[message.dossier] = message
        return Accepted(Receipt(code="0"), provenance())


def dossier(code: str = DOSSIER, **fields: Any) -> HubDossier:
    content: dict[str, Any] = {
        "dossier": code,
        "procedure": "1.004222",
        "procedure_name": "Đăng ký thường trú",
        "field_code": "G01-QLHC",
        "field_name": "Đăng ký, quản lý cư trú",
        "owner_name": "NGUYỄN THỊ THỬ",
        "owner_number": "033190004321",
        "submitted_at": START,
        "received_at": START,
        "status": "2",
        "agency_name": "UBND xã Thử Nghiệm",
    }
    return HubDossier(**content | fields)


def step(code: str = DOSSIER, **fields: Any) -> HubProgress:
    content: dict[str, Any] = {
        "dossier": code,
        "officer": "canbo01",
        "at": START,
        "content": "Tiếp nhận hồ sơ",
        "status": "2",
    }
    return HubProgress(**content | fields)


@dataclass(frozen=True)
class Messages:
    """How to make messages, where no store is needed."""

    dossier = staticmethod(dossier)
    step = staticmethod(step)


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(tmp_path_factory.mktemp("keys") / "keys.json")


@pytest.fixture(scope="session")
def sealer(keyring: Keyring) -> Sealer:
    return Sealer(keyring)


@pytest.fixture(scope="session")
def index(keyring: Keyring) -> BlindIndex:
    return BlindIndex(keyring)


@dataclass
class Room:
    """An outbox with one hub behind it."""

    db: Database
    sealer: Sealer
    hub: FakeHub
    clock: Clock
    outbox: Outbox
    case_ids: dict[str, str] = field(default_factory=dict)

    dossier = staticmethod(dossier)
    step = staticmethod(step)
    rejected = staticmethod(rejected)
    unavailable = staticmethod(unavailable)
    accepted = staticmethod(accepted)

    async def tell(self, *messages: HubDossier | HubProgress) -> list[bool]:
        """Puts messages into the outbox, each in a transaction of its own."""
        return [await self._enqueue(message) for message in messages]

    async def _enqueue(self, message: HubDossier | HubProgress) -> bool:
        async with self.db.begin() as conn:
            if message.dossier not in self.case_ids:
                case_id = self.case_ids[message.dossier] = new_id()
                await conn.execute(
                    insert(cases).values(
                        id=case_id,
                        dossier=message.dossier,
                        procedure="1.004222",
                        agency="H31.14",
                        officer="canbo01",
                        sealed=b"",
                        status="2",
                    )
                )
            return await self.outbox.enqueue(
                conn,
                case_id=self.case_ids[message.dossier],
                message=message,
                now=self.clock(),
            )

    def sync(self, *, lease_s: float = 20.0, **settings: Any) -> HubSync:
        """A worker of its own, as after a restart or on another node."""
        return HubSync(
            self.db,
            self.outbox,
            self.sealer,
            self.hub,
            HubSettings(**settings),
            self.clock,
            "node",
            lease_s=lease_s,
        )

    async def rows(self) -> list[tuple[str, str]]:
        """Kind and state of every row, in order."""
        async with self.db.read() as conn:
            found = await conn.execute(select(outbox.c.kind, outbox.c.state).order_by(outbox.c.id))
            return [(row.kind, row.state) for row in found]


@pytest.fixture
def room(database: Database, sealer: Sealer, index: BlindIndex, hub: FakeHub, clock: Clock) -> Room:
    return Room(database, sealer, hub, clock, Outbox(database, sealer, index))
