"""The sandbox's people, and how questions about them are written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from lienthong.identity import (
    CertificateSerial,
    EnterpriseCode,
    PartialDate,
    PersonalNumber,
)
from lienthong.interface import (
    CitizenQuery,
    Found,
    HubProgress,
    Message,
    OrganisationQuery,
    Outcome,
    Query,
    Record,
    Verb,
)
from lienthong.testing._subject import Sample

R = TypeVar("R", bound=Record)
MOMENT: Final = datetime(2026, 11, 23, 19, 30, 5, tzinfo=UTC)
PERSON: Final = "033085000101"
NAME: Final = "Nguyễn Văn An Mẫu"
NO_NAME: Final = "Không Có Ai"
OWNER: Final = "033066004242"
SERIAL: Final = CertificateSerial.parse("DX 101111")

PRIVATE: Final = (PERSON, NAME, "3301104729", "DX101111", "DX 101111", OWNER)
"""Identifiers and names of the questions below; none may show in logs, errors or ``repr``."""


def citizen(name: str = NAME, number: str = PERSON, birth: str = "1985-03-14") -> CitizenQuery:
    """Somebody, by number, name and birth."""
    return CitizenQuery(PersonalNumber(number), name, PartialDate.parse(birth))


def company(code: str, kind: Any = "") -> OrganisationQuery:
    """An organisation by its number."""
    return OrganisationQuery(EnterpriseCode.parse(code), kind)


def ask(verb: Verb, outcome: str, *subjects: Query | Message, **more: Any) -> tuple[Sample, ...]:
    """Samples whose question is the same every time."""
    return tuple(Sample(verb, _always(subject), outcome, **more) for subject in subjects)


def _always(subject: Query | Message) -> Callable[[int], Query | Message]:
    return lambda _: subject


def yes(*queries: Query) -> tuple[Sample, ...]:
    """Claims that are right."""
    return ask(Verb.VERIFY, "confirmed", *queries)


def record(kind: type[R], good: Callable[[R], bool]) -> Callable[[Outcome], bool]:
    """Whether what was found is such a record."""
    return lambda came: (
        isinstance(came, Found) and isinstance(came.record, kind) and good(came.record)
    )


def no(*queries: Query) -> tuple[Sample, ...]:
    """Claims that are wrong."""
    return ask(Verb.VERIFY, "mismatch", *queries)


def found(*queries: Query, **more: Any) -> tuple[Sample, ...]:
    """Questions with a record behind them."""
    return ask(Verb.LOOKUP, "found", *queries, **more)


def nobody(*queries: Query, **more: Any) -> tuple[Sample, ...]:
    """Questions that nothing fits."""
    return ask(Verb.LOOKUP, "not_found", *queries, **more)


def dossier_code(number: int) -> str:
    """A dossier of its own for each number."""
    return f"H31.14-261124-{number % 10000:04d}"


def progress_step(dossier: str) -> HubProgress:
    """A step of a dossier, for the portal and for ministries alike."""
    return HubProgress(dossier=dossier, officer="Lê Kiểm Thử", at=MOMENT, status="2")
