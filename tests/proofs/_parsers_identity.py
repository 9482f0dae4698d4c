"""Readers of identifiers, names, dates and addresses: `check-id` of every kind, `match`, and what stands behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from lienthong.identity import (
    KINDS,
    PartialDate,
    collation_key,
    compare_birth,
    compare_names,
    compare_numbers,
    explain,
    fold,
    identify_person_number,
    wire_name,
)
from lienthong.identity.places import PlaceHistory

from ._parsers_target import Target

GOOD = {
    "personal": "033088001234",
    "old-card": "145123456",
    "enterprise": "0990001015-001",
    "insurance-number": "3301104729",
    "insurance-card": "GD4339900000003",
    "agency": "000.00.14.H31",
    "dossier": "H31.14-261124-0001",
    "procedure": "1.004222.000.00.00.H31",
    "component": "000.00.00.G15-KQ002269",
    "result": "KQ.G15.000031",
    "certificate-serial": "DX 101111",
    "certificate-barcode": "331200425001313",
    "certificate-qr": (
        "24-11-2026-08-30-00|H31.16.11|VBDLIS|H31.14-261124-0001|AA 00112233|X1|24-11-2026-08-30-00|7"
    ),
    "parcel": "11953.12.345",
}
NAMES = "Nguyễn Văn An Mẫu\nNGUYEN V. AN MAU"
ADDRESS = "Thôn Mẫu, xã Khoái Châu, huyện Khoái Châu, tỉnh Hưng Yên"
DAY = date(2026, 11, 24)


def identity_targets() -> Iterator[Target]:
    """Every kind of identifier, then names, dates, numbers and places."""
    if missing := KINDS.keys() - GOOD.keys():
        raise AssertionError(f"no good example of {missing}")
    for kind, good in GOOD.items():
        yield _of_text(f"check-id {kind}", good, partial(_explained, kind))
    history = PlaceHistory.load()
    readers: dict[str, tuple[str, Callable[[str], object]]] = {
        "match": (NAMES, lambda text: compare_names(*_two(text))),
        "match dates": ("1985-03-14\n14/03/1985", _births),
        "match numbers": ("033088001234\n145123456", _numbers),
        "person number": ("145123456", identify_person_number),
        "compact date": ("14031985", PartialDate.parse_compact),
        "names on the wire": (NAMES, lambda text: (fold(text), wire_name(text))),
        "order of names": (NAMES, collation_key),
        "address": (ADDRESS, lambda text: history.locate(text, DAY)),
        "addresses": (
            f"{ADDRESS}\nXã Khoái Châu, tỉnh Hưng Yên",
            lambda text: history.same_place(_two(text)[0], date(2020, 1, 1), _two(text)[1], DAY),
        ),
    }
    for name, (good, read) in readers.items():
        yield _of_text(name, good, read)


def _of_text(name: str, good: str, read: Callable[[str], object]) -> Target:
    def take(body: bytes) -> None:
        read(body.decode("utf-8", "replace"))

    return Target(name, good.encode(), take, attacked=False)


def _explained(kind: str, text: str) -> object:
    return explain(kind, text), explain(kind, text, reveal=True)


def _two(text: str) -> tuple[str, str]:
    one, _, other = text.partition("\n")
    return one, other


def _births(text: str) -> object:
    one, other = _two(text)
    return compare_birth(PartialDate.parse_birth(one), PartialDate.parse(other))


def _numbers(text: str) -> object:
    one, other = _two(text)
    return compare_numbers(identify_person_number(one), identify_person_number(other))
