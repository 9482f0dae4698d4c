"""Reads single values of the registration database, whatever type they travel as."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lienthong.identity import EnterpriseCode, IdentityError, PartialDate, fold
from lienthong.interface import OrganisationRecord, ReplyUnreadable, as_list
from lienthong_connectors.values import VIETNAM, plain_text

# Only the text tells "not there" from a failure, and no list of texts is published.
NOT_FOUND: Final = (
    "không tìm thấy",
    "không tồn tại",
    "không có dữ liệu",
    "không có thông tin",
    "not found",
    "no data",
)


def says_not_found(message: str, texts: Iterable[str]) -> bool:
    """Whether a failure's text says that there is no such thing, case and marks aside."""
    folded = fold(message)
    return any(fold(text) in folded for text in texts)


def objects(value: Any) -> list[dict[str, Any]]:
    """Object-or-list as list of those objects that say something."""
    return [item for item in as_list(value) if isinstance(item, dict) and any(item.values())]


def first(value: Any) -> dict[str, Any]:
    """The first object that says something, else an empty one."""
    found = objects(value)
    return found[0] if found else {}


def digits(value: Any) -> str:
    """A code without the dash before a branch."""
    return plain_text(value).replace("-", "")


def day(value: Any) -> date | None:
    """A date as ``dd/MM/yyyy`` or ISO, the time of day not kept; ``None`` when unreadable.

    A moment with an offset is the day it is in Viet Nam: midnight there is the day before in UTC.
    """
    shown = plain_text(value)
    if not shown:
        return None
    try:
        if "T" in shown and (moment := datetime.fromisoformat(shown)).tzinfo is not None:
            return moment.astimezone(VIETNAM).date()
        return PartialDate.parse(shown.partition("T")[0].partition(" ")[0]).to_date()
    except (IdentityError, ValueError, OverflowError):
        return None


def number(value: Any) -> Decimal | None:
    """A finite number; ``None`` when unreadable."""
    shown = plain_text(value)
    if not shown:
        return None
    try:
        found = Decimal(shown)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def names(values: list[str]) -> tuple[str, ...]:
    """The names that are there, each once."""
    return tuple(dict.fromkeys(name for name in values if name))


def refuse_others(
    records: list[OrganisationRecord], code: EnterpriseCode | None, *, system: str, service: str
) -> list[OrganisationRecord]:
    """The records, all about the code that was asked for.

    Raises:
        ReplyUnreadable: One is about another.
    """
    for record in records:
        if _of_another(record, code):
            raise ReplyUnreadable(
                system,
                service,
                "the answer is about another enterprise than was asked for",
                retryable=False,
            )
    return records


def _of_another(record: OrganisationRecord, code: EnterpriseCode | None) -> bool:
    # A household owner may be asked for by personal number and answered by the old tax number.
    if code is None or code.kind == "personal":
        return False
    return bool(record.code) and record.code != code.value
