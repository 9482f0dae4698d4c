"""Code lists, agency catalogues, publication decisions and portal accounts (hub page §1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lienthong.interface import (
    CodeEntry,
    CodeList,
    PortalAccount,
    ProcedureHead,
    PublicationDecision,
)

from ._list_kinds import LISTS, ListKind
from ._replies import Answer, rows_of, text_of


def code_list_of(answer: Answer, name: str) -> CodeList | None:
    """The entries of a list; an empty list is ``None``.

    Rows whose keys do not follow the rule are read by their prefix: the first ``MA…`` is the code, the first ``TEN…`` the
    name (doubts page).
    """
    kind = LISTS[name]
    entries = [entry for row in answer.rows if (entry := _entry(row, kind)) is not None]
    return CodeList(name=name, entries=tuple(entries)) if entries else None


def _entry(row: Mapping[str, Any], kind: ListKind) -> CodeEntry | None:
    code = text_of(row, kind.code) or _by_prefix(row, "MA", kind.parent)
    if not code:
        return None
    amount = text_of(row, "SOTIEN")
    return CodeEntry(
        code=code,
        name=text_of(row, kind.name) or _by_prefix(row, "TEN", ""),
        parent=text_of(row, kind.parent) if kind.parent else "",
        amount=Decimal(amount) if amount.isdecimal() and len(amount) <= 15 else None,
    )


def _by_prefix(row: Mapping[str, Any], prefix: str, other_than: str) -> str:
    for key in row:
        if key.upper().startswith(prefix) and key.upper() != other_than:
            return text_of(row, key)
    return ""


def decision_of(answer: Answer, decision_id: str) -> PublicationDecision | None:
    """The decision asked for among the rows."""
    for row in answer.rows:
        held = text_of(row, "IDQUYETDINHCONGBO")
        if held not in ("", decision_id):
            continue
        heads = tuple(
            ProcedureHead(code=code, name=text_of(item, "TENTTHC"))
            for item in rows_of(row, "DANHSACHTTHC")
            if (code := text_of(item, "MATTHC"))
        )
        return PublicationDecision(
            decision_id=decision_id,
            number=text_of(row, "QUYETDINH"),
            agency=text_of(row, "MACOQUANCONGBO"),
            procedures=heads,
        )
    return None


def account_of(answer: Answer) -> PortalAccount | None:
    """The technical id of an account; ``None`` when there is none."""
    found = (text_of(row, "TECHNICALID") for row in answer.rows)
    return next((PortalAccount(technical_id=value) for value in found if value), None)
