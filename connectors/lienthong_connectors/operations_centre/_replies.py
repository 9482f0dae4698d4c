"""Answers of the hub read: one envelope, success told by code *and* words (hub page §1, §2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lienthong.identity import fold, nfc
from lienthong.interface import (
    DossierRecord,
    ReplyUnreadable,
    WireReply,
    as_list,
    as_text,
    read_json_text,
    read_object,
)

from ._services import PROXY

SUCCESS: Final = "0"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the hub, evened out over the dialects."""

    code: str
    """Normalised: ``0`` for 0, "0" and "00"."""
    message: str
    """The hub's own words, NFC."""
    rows: tuple[dict[str, Any], ...]
    wordy: bool = False
    """A proxy sent words where JSON text with a result was promised: right for writes, no answer to a read."""

    def speaks_of(self, folded_texts: tuple[str, ...]) -> bool:
        """Whether the message contains one of these texts, case and marks aside."""
        if not self.message:
            return False
        words = fold(self.message)
        return any(text in words for text in folded_texts)


class Replies:
    """Reads the answers of one dialect.

    Args:
        system: The system's name in this installation, for errors.
        dialect: ``adapter`` or ``proxy``.
    """

    def __init__(self, system: str, dialect: str) -> None:
        self._system = system
        self._wrapped = dialect == PROXY

    def read(self, reply: WireReply, service: str) -> Answer:
        """The envelope of an answer.

        Raises:
            ReplyUnreadable: It is not the envelope that was promised.
        """
        body = read_object(reply, system=self._system, service=service)
        code = self._code(body.get("error_code"), service)
        message = body.get("message")
        if self._wrapped and body.get("result") is None:
            return self._unwrap(code, message, service)
        return Answer(code, nfc(as_text(message)), self._rows(body.get("result"), service))

    def _unwrap(self, code: str, message: Any, service: str) -> Answer:
        """The proxy variant: ``message`` is JSON text holding ``{"result": …}`` or the bare list (doubts page)."""
        inner = message
        if isinstance(message, str):
            text = message.strip()
            if not text.startswith(("{", "[")):
                return Answer(code, nfc(text), (), wordy=True)
            inner = read_json_text(text, system=self._system, service=service)
        if not isinstance(inner, dict):
            return Answer(code, "", self._rows(inner, service), wordy=inner is None)
        if code == SUCCESS and inner.get("error_code") is not None:
            # The proxy succeeded in passing on that the hub did not: the hub's word counts.
            code = self._code(inner["error_code"], service)
        words = nfc(as_text(inner.get("message")))
        return Answer(code, words, self._rows(inner.get("result"), service))

    def _code(self, value: Any, service: str) -> str:
        text = "" if isinstance(value, bool | list | dict) else as_text(value)
        if not text:
            raise ReplyUnreadable(self._system, service, "the answer has no error_code")
        return text if text.strip("0") else SUCCESS

    def _rows(self, value: Any, service: str) -> tuple[dict[str, Any], ...]:
        rows = as_list(value)
        if not all(isinstance(row, dict) for row in rows):
            raise ReplyUnreadable(
                self._system, service, "the result holds something other than objects"
            )
        return tuple(rows)


def dossier_of(answer: Answer, dossier: str) -> DossierRecord | None:
    """The dossier asked for among the rows.

    Any row means "already synced" (hub page §1.1), unless it names another dossier: a far side that ignores the
    parameter must not make us update what it does not have.
    """
    for row in answer.rows:
        held = text_of(row, "MaHoSo")
        if not held or held.casefold() == dossier.strip().casefold():
            return DossierRecord(
                dossier=held or dossier.strip(),
                status=text_of(row, "TrangThaiHoSo") or text_of(row, "TrangThai"),
                procedure=text_of(row, "MaTTHC"),
            )
    return None


def value_of(row: Mapping[str, Any], name: str) -> Any:
    """A value by name in any letter case: lists come in upper case, dossiers in Pascal case (hub page §2, §3.1)."""
    if name in row:
        return row[name]
    wanted = name.casefold()
    return next((value for key, value in row.items() if key.casefold() == wanted), None)


def text_of(row: Mapping[str, Any], name: str) -> str:
    """A value as NFC text. See :func:`value_of`."""
    return nfc(as_text(value_of(row, name)))


def rows_of(row: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects, single objects allowed, anything else dropped. See :func:`value_of`."""
    return [item for item in as_list(value_of(row, name)) if isinstance(item, dict)]
