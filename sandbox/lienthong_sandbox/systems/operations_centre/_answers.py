"""How the hub says anything: an error code in one of its spellings, a Vietnamese sentence, rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final

from ._catalogue import Row

ErrorCode = int | str
Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hub says: ``error_code`` as number or text, a Vietnamese sentence, rows."""

    error_code: ErrorCode
    message: str
    result: tuple[Row, ...] = ()


def refusal(message: str) -> Answer:
    """A refusal: error_code ``"-1"`` and the sentence."""
    return Answer("-1", message)


class Speaker:
    """Answers in the hub's changing spellings: all of them are seen and no rule is (hub page §1, §2.5).

    Settings: ``success_code`` is ``rotate`` (default: ``0``, ``"0"``, ``"00"`` in turn), ``number``, ``0`` or ``00``; ``exists_code`` is
    ``rotate`` (default: ``0``, ``"3"``, ``"-3"``), ``0``, ``3`` or ``-3``; ``exists_text`` is ``plain`` (default), ``upper``,
    ``decomposed`` (NFD) or ``unmarked`` (without tone marks), for only the text tells a duplicate from a success.
    """

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._settings = settings
        self._success = cycle(_codes(0, "0", "00"))
        self._exists = cycle(_codes(0, "3", "-3"))

    def success(self) -> ErrorCode:
        """The next spelling of the success code."""
        wanted = str(self._settings.get("success_code", "rotate"))
        return _fixed(wanted, {"number": 0, "0": "0", "00": "00"}, self._success)

    def done(self, message: str) -> Answer:
        """A write that was taken."""
        return Answer(self.success(), message)

    def rows(self, rows: Iterable[Row]) -> Answer:
        """A read."""
        return Answer(self.success(), "Thành công", tuple(rows))

    def exists(self, message: str) -> Answer:
        """A record that is there already; only the text says so when the code is 0."""
        wanted = str(self._settings.get("exists_code", "rotate"))
        code = _fixed(wanted, {"0": 0, "3": "3", "-3": "-3"}, self._exists)
        return Answer(code, _TEXTS[str(self._settings.get("exists_text", "plain"))](message))


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _unmarked(text: str) -> str:
    letters = _decomposed(text).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {
    "plain": str,
    "upper": str.upper,
    "decomposed": _decomposed,
    "unmarked": _unmarked,
}


def _fixed(wanted: str, known: Mapping[str, ErrorCode], turn: cycle[ErrorCode]) -> ErrorCode:
    return known[wanted] if wanted in known else next(turn)


def _codes(*codes: ErrorCode) -> tuple[ErrorCode, ...]:
    return codes
