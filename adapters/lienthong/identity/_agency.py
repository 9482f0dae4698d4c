"""Electronic identifiers of agencies, new and old form (population page C4, hub page §6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from lienthong.identity._explanation import Part
from lienthong.identity._identifier import Caution, Identifier, bare

__all__ = ["AgencyCode", "is_agency"]

_AGENCY: Final = re.compile(r"(?=.{1,35}\Z)[0-9A-Z]+(?:\.[0-9A-Z]+)*")
_OLD_AGENCY: Final = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")
_LEVEL_ONE: Final = re.compile(r"[A-Z][0-9]{2}")
_REGISTRATION: Final = re.compile(r"[0-9]{10}(?:[0-9]{2,3})?")
# Only codes of level 1 that a source names; Hưng Yên is inferred from the alphabet between two that are (population page C4).
_KNOWN: Final = {
    "H30": ("tỉnh Hậu Giang (trước 01/07/2025)", "Hậu Giang (before July 2025)"),
    "H31": ("tỉnh Hưng Yên (suy ra, chưa có văn bản)", "Hưng Yên (inferred, no text found)"),
    "H49": ("tỉnh Quảng Ninh", "Quảng Ninh"),
}
# What the groups of the old form hold, level 4 first; zeros mean "itself" (QCVN 102:2016).
_OLD_LEVELS: Final = (4, 3, 2, 1)

_DECISION: Final = "QĐ 20/2020/QĐ-TTg Đ.4"
_QCVN: Final = "QCVN 102:2016/BTTTT"


def is_agency(text: str) -> bool:
    """Say whether text keeps the rule of agency codes."""
    return _AGENCY.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, order=True, repr=False)
class AgencyCode(Identifier):
    """The electronic identifier of an agency or organisation.

    Decision 20/2020/QĐ-TTg: at most 35 characters, groups of ``0-9A-Z`` with dots, level 1 first (``H31.14``). The older
    QCVN 102:2016 form ends with level 1 (``000.00.00.H31``). Enterprises use their registration number.
    """

    FIELD: ClassVar[str] = "agency_code"
    RULE: ClassVar[str] = (
        "at most 35 capital letters and digits in groups with dots, such as H31.14"
    )
    RULE_VI: ClassVar[str] = (
        "Mã định danh cơ quan phải gồm chữ hoa và chữ số, chia nhóm bằng dấu chấm, tối đa 35 ký tự (ví dụ H31.14)"
    )

    @property
    def style(self) -> Literal["new", "old", "registration"]:
        """``new`` (level 1 first), ``old`` (level 1 last) or ``registration`` (an enterprise's own number)."""
        if _OLD_AGENCY.fullmatch(self.value):
            return "old"
        return "registration" if _REGISTRATION.fullmatch(self.value) else "new"

    @property
    def levels(self) -> tuple[str, ...]:
        """The groups from level 1 downwards; the zeros of the old form, which mean "itself", are left out."""
        groups = self.value.split(".")
        if self.style != "old":
            return tuple(groups)
        levels = groups[::-1]
        while not levels[-1].strip("0"):
            levels.pop()
        return tuple(levels)

    @property
    def level_one(self) -> str | None:
        """The ministry or province, such as ``H31``, or ``None`` if the code does not show one."""
        first = self.levels[0]
        return first if _LEVEL_ONE.fullmatch(first) else None

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """``unusual_form`` if no ministry or province can be read off and it is no registration number."""
        if self.style == "registration" or self.level_one:
            return ()
        return (Caution.UNUSUAL_FORM,)

    @property
    def new_form(self) -> AgencyCode | None:
        """The groups of an old code in the new order: ``000.00.14.H31`` gives ``H31.14``; ``None`` if it is not old.

        The decision keeps no table of old against new codes and agencies were renumbered, so a table of the province
        that says otherwise wins (hub page §6).
        """
        return AgencyCode(".".join(self.levels)) if self.style == "old" else None

    @property
    def old_form(self) -> AgencyCode | None:
        """The groups of a new code in the old order, or ``None`` if they do not fit into it; see ``new_form``."""
        levels = self.levels
        if self.style != "new" or self.level_one is None or len(levels) > len(_OLD_LEVELS):
            return None
        widths = (2, 2, 3)[: len(levels) - 1]
        if not all(
            len(level) == width and level.isdigit()
            for level, width in zip(levels[1:], widths, strict=True)
        ):
            return None
        groups = [*levels, *("00", "00", "000")[len(levels) - 1 :]]
        return AgencyCode(".".join(reversed(groups)))

    def parts(self) -> tuple[Part, ...]:
        """One group per level, as they stand in the code."""
        if self.style == "registration":
            return (
                Part(
                    "Mã số đăng ký",
                    "Registration number",
                    self.value,
                    "Doanh nghiệp, hợp tác xã, hộ kinh doanh dùng chính mã số đăng ký",
                    "Enterprises and co-operatives use their registration number",
                    _DECISION,
                ),
            )
        groups = self.value.split(".")
        old = self.style == "old"
        levels = _OLD_LEVELS if old else range(1, len(groups) + 1)
        return tuple(
            _level(group, level, old=old) for group, level in zip(groups, levels, strict=True)
        )

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text)

    def _fits(self) -> bool:
        return _AGENCY.fullmatch(self.value) is not None


def _level(group: str, level: int, *, old: bool) -> Part:
    vi, en = f"đơn vị cấp {level}", f"unit of level {level}"
    if level == 1:
        vi, en = _KNOWN.get(group, ("bộ, ngành hoặc tỉnh, thành phố", "ministry or province"))
    elif old and not group.strip("0"):
        vi, en = "số 0: không chia đến cấp này", "zeros: not divided down to this level"
    return Part(f"Cấp {level}", f"Level {level}", group, vi, en, _QCVN if old else _DECISION)
