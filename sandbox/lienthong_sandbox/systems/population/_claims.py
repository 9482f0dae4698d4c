"""Whether a claim on a citizen is true, by what the register holds: the XacMinh… operations (all of it ours)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lienthong_sandbox.personas import Citizen, Personas
from lienthong_sandbox.systems.population._names import normalised

Details = Mapping[str, str]


def verdict(operation: str, citizen: Citizen, details: Details, personas: Personas) -> bool | None:
    """True or False, or None when the register holds nothing on the matter."""
    return _JUDGES[operation](citizen, details, personas)


def _relative(citizen: Citizen, details: Details, personas: Personas) -> bool | None:
    """QuanHe says what the other is to the citizen: 01 father, 02 mother, 03 spouse, 04 child."""
    relation = details["QuanHe"]
    if relation == "04":
        return _child(citizen, details, personas)
    held = {"01": citizen.father, "02": citizen.mother, "03": citizen.spouse}[relation]
    if held is None:
        return None
    return _same(details, "NhanThan", held.name, held.personal_id, held.card)


def _child(citizen: Citizen, details: Details, personas: Personas) -> bool | None:
    """Children stand nowhere in a record: the household tells, or the child's own record names the parent."""
    for member in citizen.members:
        if member.relation == "CH03" and _same(
            details, "NhanThan", member.name, member.personal_id, member.card
        ):
            return True
    number = details.get("SoDinhDanhNhanThan") or details.get("SoCMNDNhanThan", "")
    child = personas.by_number(number)
    if child is None or child.citizen is None:
        return None
    parents = (child.citizen.father, child.citizen.mother)
    return any(
        parent is not None
        and bool(parent.personal_id)
        and parent.personal_id == citizen.personal_id
        and normalised(details["HoVaTenNhanThan"]) == normalised(child.citizen.name)
        for parent in parents
    )


def _guardian(citizen: Citizen, details: Details, _personas: Personas) -> bool | None:
    held = citizen.representative
    if held is None:
        return None
    return _same(details, "NguoiGiamHo", held.name, held.personal_id, held.card)


def _head(citizen: Citizen, details: Details, _personas: Personas) -> bool | None:
    held = citizen.head
    if held is None:
        return None
    return details.get("QuanHe", held.relation) == held.relation and _same(
        details, "ChuHo", held.name, held.personal_id, held.card
    )


def _home(citizen: Citizen, details: Details, _personas: Personas) -> bool | None:
    """By codes; a district code decides nothing, for newer addresses have none. A text narrows when it is given."""
    held = citizen.current
    if not held.ward:
        return None
    same = (details["MaTinhThanh"], details["MaPhuongXa"]) == (held.province, held.ward)
    text = details.get("ChiTiet", "")
    return same and (not text or normalised(text) == normalised(held.detail))


def _marriage(citizen: Citizen, details: Details, _personas: Personas) -> bool | None:
    if citizen.marital not in ("1", "2", "3"):
        return None
    if details["TinhTrangHonNhan"] != citizen.marital:
        return False
    if not any(name.endswith("VoChong") for name in details):
        return True
    held = citizen.spouse
    if held is None:
        return None
    return _same(details, "VoChong", held.name, held.personal_id, held.card)


def _death(citizen: Citizen, _details: Details, _personas: Personas) -> bool | None:
    return bool(citizen.died or citizen.missing_since)


def _same(details: Details, whose: str, name: str, personal_id: str, card: str) -> bool:
    """Name, where given, and every number that both sides know must agree."""
    asked = details.get(f"HoVaTen{whose}", "")
    numbers = (
        (details.get(f"SoDinhDanh{whose}", ""), personal_id),
        (details.get(f"SoCMND{whose}", ""), card),
    )
    return (not asked or normalised(asked) == normalised(name)) and all(
        not given or not held or given == held for given, held in numbers
    )


_JUDGES: Final[Mapping[str, Callable[[Citizen, Details, Personas], bool | None]]] = {
    "XacMinhThongTinNhanThan": _relative,
    "XacMinhThongTinNguoiGiamHo": _guardian,
    "XacMinhThongTinChuHo": _head,
    "XacMinhThongTinNoiOHienTai": _home,
    "XacMinhTinhTrangHonNhan": _marriage,
    "XacMinhTinhTrangChetMatTich": _death,
}
