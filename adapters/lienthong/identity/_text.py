"""Vietnamese text: one Unicode form, a form without marks, and the forms that the wire wants."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from lienthong.identity.errors import InvalidName

__all__ = ["INVISIBLE", "LOOKALIKES", "clean_name", "fold", "fold_but_d", "nfc", "wire_name"]

# Pasted text brings characters that nobody sees: soft hyphen, zero-width space and joiners, marks of
# direction, word joiner, byte order mark.
INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

# Keyboards and old fonts yield an Icelandic eth or an African D where Đ is meant.
LOOKALIKES: Final = {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"}

_FOLDS: Final[dict[int, str | None]] = {
    **dict.fromkeys(range(0x0300, 0x0370)),
    **dict.fromkeys(map(ord, INVISIBLE)),
    **dict.fromkeys(map(ord, "đðɖ"), "d"),
}
_NOT_WIRE: Final = re.compile(r"[^0-9a-z]+")
_MAX_NAME: Final = 100  # HoVaTen, population page A4


def nfc(text: str) -> str:
    """Return ``text`` in Unicode form NFC, the form of all text inside the library."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return ``text`` without tone and letter marks, đ as d, in lower case, with single spaces.

    The result serves searching and indexes. It loses what distinguishes Hùng from Hưng, so equal folds alone
    never mean the same name: see ``compare_names``.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFD", text.casefold()).translate(_FOLDS)
    if not folded.isascii():
        # Scripts other than Latin: bring back what NFD took apart without being a mark.
        folded = unicodedata.normalize("NFC", folded)
    return " ".join(folded.split())


def fold_but_d(text: str) -> str:
    """Return ``fold`` of ``text`` with đ kept, as programs leave it that only take off combining marks."""
    return "đ".join(map(fold, text.split("đ")))


def wire_name(text: str) -> str:
    """Return the name as population messages want it: ``Nguyễn Văn A`` becomes ``NGUYENVANA`` (population page A4).

    Marks, spaces and everything that is not an ASCII letter or digit fall away. Raises ``InvalidName`` when
    nothing is left, since an empty name on the wire would ask about nobody.
    """
    name = _NOT_WIRE.sub("", fold(text)).upper()
    if not name:
        raise InvalidName(
            "has no Latin letter; give the full name as on the identity card",
            "full_name",
            "Họ và tên chưa có chữ cái nào; hãy nhập đầy đủ như trên thẻ căn cước.",
        )
    return name


def clean_name(text: str, *, field: str = "full_name") -> str:
    """Return a person's full name ready to keep: NFC, single spaces, nothing invisible; case is left alone.

    Raises ``InvalidName`` (with ``field``) when the name has no letter, is longer than 100 characters
    (population page A4) or holds control characters.
    """
    visible = nfc(text).translate(dict.fromkeys(map(ord, INVISIBLE)))
    name = " ".join(visible.split())
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise InvalidName(
            "holds control characters; type the name again",
            field,
            "Họ và tên có ký tự điều khiển không đọc được; hãy nhập lại.",
        )
    if not any(character.isalpha() for character in name):
        raise InvalidName(
            "has no letter; give the full name as on the identity card",
            field,
            "Họ và tên chưa có chữ cái nào; hãy nhập đầy đủ như trên thẻ căn cước.",
        )
    if len(name) > _MAX_NAME:
        raise InvalidName(
            f"is longer than {_MAX_NAME} characters; give the name alone",
            field,
            f"Họ và tên dài quá {_MAX_NAME} ký tự; hãy chỉ nhập họ và tên.",
        )
    return name
