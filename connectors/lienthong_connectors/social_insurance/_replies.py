"""Answers of the insurance services → insurance records (insurance page §2.1; doubts page)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from lienthong.identity import IdentityError, PartialDate, Sex
from lienthong.interface import (
    Address,
    InsuranceRecord,
    ReplyUnreadable,
    SystemFault,
    WireReply,
    as_list,
    read_json,
)
from lienthong_connectors.values import area_code, plain_text

from ._options import HOUSEHOLD, NUMBER, PERSON

_SEXES: Final = {"1": Sex.MALE, "2": Sex.FEMALE, "3": Sex.OTHER}
_NUMBER_LENGTH: Final = 10
# loaiNgaySinh → digits of ngaySinh that mean something.
_MEANT: Final = {"0": 8, "1": 4, "2": 6}


class ReplyReader:
    """Reads the answers of one insurance system.

    Args:
        system: Name of the system, for errors.
        failure_codes: Values of ``errorCode`` that mean a failure of the system.
    """

    def __init__(self, system: str, failure_codes: Collection[str]) -> None:
        self._system = system
        self._failure_codes = frozenset(failure_codes)

    def numbers(self, reply: WireReply) -> list[InsuranceRecord]:
        """The answer of ``getMaSoBhxhTheoTieuChi``: an empty number means that nobody fits."""
        return [
            InsuranceRecord(number=number, status=plain_text(item.get("trangThai")))
            for item in self._objects(NUMBER, reply, "maSoBhxh")
            if (number := self._number(NUMBER, item.get("maSoBhxh")))
        ]

    def households(self, reply: WireReply) -> list[InsuranceRecord]:
        """The answer of ``getTraCuuThongTinHgd``."""
        return [
            InsuranceRecord(
                number=number,
                household=plain_text(item.get("maHo")),
                address=Address(full=full) if (full := plain_text(item.get("diaChi"))) else None,
                **_who(item),
            )
            for item in self._objects(HOUSEHOLD, reply, "maSo")
            if (number := self._number(HOUSEHOLD, item.get("maSo")))
        ]

    def persons(self, number: str, reply: WireReply) -> list[InsuranceRecord]:
        """The answer of ``getTraCuuTtHgdByMaSoBhxh``, which does not repeat the number that was asked for."""
        return [
            InsuranceRecord(
                number=number,
                old_book=plain_text(item.get("soSoCu")),
                address=_address(item),
                **_who(item),
            )
            for item in self._objects(PERSON, reply, "hoTen")
            if plain_text(item.get("hoTen"))
        ]

    def _number(self, service: str, value: Any) -> str:
        """An insurance number; one that travelled as a JSON number gets its leading zeros back, and zero is none.

        Raises:
            ReplyUnreadable: It is no such number.
        """
        text = plain_text(value)
        if not text.strip("0"):
            return ""
        number = text.zfill(_NUMBER_LENGTH)
        if not (number.isascii() and number.isdigit() and len(number) == _NUMBER_LENGTH):
            raise ReplyUnreadable(
                self._system, service, "the insurance number of the answer has not 10 digits"
            )
        return number

    def _objects(self, service: str, reply: WireReply, key: str) -> list[dict[str, Any]]:
        """The objects of an answer, which is one or a list of them.

        Raises:
            SystemFault: ``errorCode`` is one of the configured failures.
            ReplyUnreadable: It is no such answer.
        """
        content = read_json(reply, system=self._system, service=service)
        items = as_list(content)
        for item in items:
            if not isinstance(item, dict):
                break
            code = plain_text(item.get("errorCode"))
            if code and code in self._failure_codes:
                raise SystemFault(self._system, service, "errorCode reports a failure")
            # Empty text says "nobody"; null everywhere, or another object altogether, says nothing at all.
            if key not in item or all(value is None for value in item.values()):
                break
        else:
            if content is not None:
                return items
        raise ReplyUnreadable(
            self._system, service, f"the answer is not the object with {key} that was promised"
        )


def _who(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "full_name": plain_text(item.get("hoTen")),
        "birth": _birth(plain_text(item.get("ngaySinh")), plain_text(item.get("loaiNgaySinh"))),
        "sex": _SEXES.get(plain_text(item.get("gioiTinh")), Sex.UNKNOWN),
        "status": plain_text(item.get("trangThai")),
    }


def _birth(text: str, precision: str) -> PartialDate | None:
    """A birth date of 4, 6 or 8 digits; ``loaiNgaySinh`` says how many of them mean something."""
    if not (text.isascii() and text.isdigit()) or len(text) not in {4, 6, 8}:
        return None
    try:
        return PartialDate.parse_compact(text[: _MEANT.get(precision, 8)])
    except IdentityError:
        return None


def _address(item: dict[str, Any]) -> Address | None:
    codes = [
        area_code(item.get(name), length)
        for name, length in (("maTinhKs", 2), ("maHuyenKs", 3), ("maXaKs", 5))
    ]
    if not any(codes):
        return None
    return Address(province=codes[0], district=codes[1], commune=codes[2])
