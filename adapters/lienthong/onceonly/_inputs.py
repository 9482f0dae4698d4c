"""What a decision rests on, as codes, states, hashes and dates. It names nobody, and the decision is made from it alone.

The engine sees personal data once, when it observes (``_engine.observe``); it judges by these inputs only
(``_judge.judge``), and they are what the decision record keeps. So a record can be judged again years later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from ._evidence_facts import in_force
from ._rules import ReplacementRule

ENGINE: Final = 2
"""Version of how inputs become a decision. Raise it when ``judge`` decides otherwise on the same inputs."""

STORED_PAPER: Final = "stored_paper"
"""Kind of record of the national store of digitised papers (hub page §4.1)."""

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Held(_Fact):
    """Evidence of ours that may stand for the paper; attributes as :class:`Evidence`."""

    id: str
    kind: str
    code: str
    dossier: str = ""
    source: str = ""
    """System and service of the national store that gave it; empty for what was filed here."""
    filed_at: datetime | None = None
    sha256: str = ""
    status: str
    signature: str = ""
    permanent: bool = False
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it may be reused on a day."""
        return in_force(self.status, self.signature, self.permanent, self.valid_until, day)


class Answered(_Fact):
    """What a national system answered, without what it said."""

    system: str
    record: str
    outcome: Literal["found", "no_record", "not_licensed", "too_little", "pending"]
    """``no_record`` for nobody, several and another alike: the difference stands in the audit log only."""
    differs: str = ""
    """In what the record is another's: ``number``, ``name``, ``birth``, ``owner``, ``code``."""
    filled: tuple[str, ...] = ()
    """Attributes, of those that a rule needs, that have a value."""
    inactive: bool = False
    """An organisation that no longer operates."""
    code: str = ""
    """Result code of a stored paper whose file could be read."""
    service: str = ""
    answered_at: datetime | None = None
    sha256: str = ""
    evidence_id: str = ""


@dataclass(frozen=True, slots=True)
class Outage:
    """Planned maintenance of a national system, announced before; moments are aware UTC."""

    system: str
    begins: datetime
    ends: datetime


class Group(_Fact):
    """A requirement that several lists of papers meet, one list being enough (``config/catalogue/README.md``)."""

    code: str
    name: str
    lists: tuple[tuple[str, ...], ...] | None = None
    """Component codes; empty when no paper exists for it, ``None`` when it is unknown which."""
    verdicts: Mapping[str, str] = {}
    """Of each paper of the lists, on its own."""
    sources: Mapping[str, str] = {}
    """Of each paper that waits, the system it waits for."""


class Inputs(_Fact):
    """All that one decision rests on.

    Attributes:
        engine: ``ENGINE`` when it was decided.
        catalogue: Hash of the procedure as the catalogue had it.
        procedure: Its code.
        component: MAGIAYTO, or the code of a requirement without a paper.
        name: Its name.
        paper_type: Our paper type.
        present_only: Whether it is only shown at the desk.
        collected: Whether the procedure wants an original or a copy at all.
        identity: What is known of the applicant.
        citizen: Whether the applicant is a person.
        declined: Whether the applicant refused reuse for it.
        consented: Whether the applicant agreed that a national record is used.
        now: The moment of deciding.
        deadline: By when a provisional decision is settled; planned maintenance of its source does not count.
        systems: Systems that this installation can ask.
        held: Evidence of this paper or of a replacing result, newest first, up to the first that holds.
        rules: The replacement rules for it whose systems can be asked.
        answers: What those systems answered.
        disputed: System and attribute of what was reported wrong about the applicant and is not settled.
        outages: Planned maintenance that is not over.
        store: The system that the national store of digitised papers is asked through; empty when it is not asked.
        subject: Blind index of whom the paper is about, hex; empty when that is the applicant.
        group: The requirement that the paper belongs to, if it is one of several choices.
        ended: ``deadline-passed`` or ``case-ended`` when that alone decided.
    """

    engine: int
    catalogue: str = ""
    procedure: str
    component: str
    name: str = ""
    paper_type: str = "other"
    present_only: bool = False
    collected: bool = True
    identity: str
    citizen: bool = True
    declined: bool = False
    consented: bool = False
    now: datetime
    deadline: datetime
    systems: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    rules: tuple[ReplacementRule, ...] = ()
    answers: tuple[Answered, ...] = ()
    disputed: tuple[tuple[str, str], ...] = ()
    outages: tuple[Outage, ...] = ()
    store: str = ""
    subject: str = ""
    group: Group | None = None
    ended: Literal["", "deadline-passed", "case-ended"] = ""

    @property
    def today(self) -> date:
        """The day of deciding in Vietnam."""
        return self.now.astimezone(VIETNAM).date()

    def answer(self, system: str, record: str) -> Answered | None:
        """What a system answered about a kind of record."""
        for item in self.answers:
            if item.system == system and item.record == record:
                return item
        return None
