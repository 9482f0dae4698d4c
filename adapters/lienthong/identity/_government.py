"""Codes of the administration: agencies, dossiers, procedures, papers and results (population page C4, hub page §6)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from lienthong.identity._identifier import Caution, Identifier, bare

__all__ = ["AgencyCode", "ComponentCode", "DossierCode", "ProcedureCode", "ResultCode"]

_AGENCY: Final = re.compile(r"(?=.{1,35}\Z)[0-9A-Z]+(?:\.[0-9A-Z]+)*")
_OLD_AGENCY: Final = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")
_LEVEL_ONE: Final = re.compile(r"[A-Z][0-9]{2}")
_REGISTRATION: Final = re.compile(r"[0-9]{10}(?:[0-9]{2,3})?")
_DOSSIER: Final = re.compile(
    r"(?P<agency>[0-9A-Z.]+)-(?P<date>[0-9]{6}|[0-9]{8})-(?P<ordinal>[0-9]{4,7})"
)
_PROCEDURE: Final = re.compile(r"(?P<national>[0-9]\.[0-9]{6})(?:\.(?P<agency>[0-9A-Z.]+))?")
_COMPONENT: Final = re.compile(
    r"(?P<agency>[0-9A-Z.]+)-(?P<letters>[A-Z]{1,4})(?P<ordinal>[0-9]{4,10})"
)
_RESULT: Final = re.compile(r"KQ\.(?P<agency>[0-9A-Z.]+)\.(?P<ordinal>[0-9]{6})")


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

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text)

    def _fits(self) -> bool:
        return _AGENCY.fullmatch(self.value) is not None


@dataclass(frozen=True, slots=True, order=True, repr=False)
class DossierCode(Identifier):
    """The code of a dossier: agency, day of receipt, number of the day (``H31.14-261123-0001``).

    Both agency styles, a date of 6 (``yyMMdd``) or 8 (``yyyyMMdd``) digits and 4 to 7 digits for the number are in use
    (decree 61/2018 art. 26, circular 01/2018 art. 19, hub page §6).
    """

    FIELD: ClassVar[str] = "dossier_code"
    RULE: ClassVar[str] = "agency-yyMMdd-number, such as H31.14-261123-0001, with a real date"
    RULE_VI: ClassVar[str] = (
        "Mã hồ sơ phải có dạng mã cơ quan-năm tháng ngày-số thứ tự (ví dụ H31.14-261123-0001) với ngày có thật"
    )

    @property
    def agency(self) -> AgencyCode:
        """The receiving agency."""
        return AgencyCode(self.value.rsplit("-", 2)[0])

    @property
    def date(self) -> dt.date:
        """The day of receipt."""
        return _dossier_date(self.value.rsplit("-", 2)[1])

    @property
    def ordinal(self) -> str:
        """The number within the day, with its leading zeros."""
        return self.value.rsplit("-", 2)[2]

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """What the agency's code warns of."""
        return self.agency.warnings

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text)

    def _fits(self) -> bool:
        found = _DOSSIER.fullmatch(self.value)
        if not found or not _AGENCY.fullmatch(found["agency"]):
            return False
        try:
            received = _dossier_date(found["date"])
        except ValueError:
            return False
        return 2000 <= received.year < 2100


def _dossier_date(digits: str) -> dt.date:
    century = "20" if len(digits) == 6 else ""
    return dt.date.fromisoformat(century + digits)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class ProcedureCode(Identifier):
    """The code of an administrative procedure: ``d.dddddd``, in local copies followed by the agency (hub page §6)."""

    FIELD: ClassVar[str] = "procedure_code"
    RULE: ClassVar[str] = (
        "one digit, a dot and six digits, such as 1.004222, with an agency code at most"
    )
    RULE_VI: ClassVar[str] = (
        "Mã thủ tục hành chính phải có dạng 1.004222, có thể kèm mã cơ quan phía sau"
    )

    @property
    def national(self) -> ProcedureCode:
        """The short form, which is what national look-ups take."""
        return ProcedureCode(self.value[:8])

    @property
    def agency(self) -> AgencyCode | None:
        """The agency of a local copy."""
        return AgencyCode(self.value[9:]) if len(self.value) > 8 else None

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text)

    def _fits(self) -> bool:
        found = _PROCEDURE.fullmatch(self.value)
        if not found:
            return False
        if found["agency"] is None:
            return True
        # The code of a payment service is the procedure's with ".01" (hub page §6): not an agency.
        return bool(_AGENCY.fullmatch(found["agency"]) and AgencyCode(found["agency"]).level_one)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class ComponentCode(Identifier):
    """The code of a paper that a procedure demands (MAGIAYTO), such as ``000.00.00.G09-KQ002269`` (hub page §6)."""

    FIELD: ClassVar[str] = "component_code"
    RULE: ClassVar[str] = (
        "an agency code, a dash, letters and a number, such as 000.00.00.G09-KQ002269"
    )
    RULE_VI: ClassVar[str] = "Mã thành phần hồ sơ phải có dạng 000.00.00.G09-KQ002269"

    @property
    def agency(self) -> AgencyCode:
        """The agency that entered the paper into the catalogue."""
        return AgencyCode(self.value.split("-")[0])

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """``unusual_form`` unless the part after the dash is ``KQ`` with six digits, the only form seen."""
        usual = re.fullmatch(r"KQ[0-9]{6}", self.value.split("-")[1])
        return self.agency.warnings or (() if usual else (Caution.UNUSUAL_FORM,))

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text)

    def _fits(self) -> bool:
        found = _COMPONENT.fullmatch(self.value)
        return bool(found and _AGENCY.fullmatch(found["agency"]))


@dataclass(frozen=True, slots=True, order=True, repr=False)
class ResultCode(Identifier):
    """The code of a kind of result (MAKETQUA): ``KQ.<ministry>.<6 digits>``, such as ``KQ.G15.000031`` (hub page §6)."""

    FIELD: ClassVar[str] = "result_code"
    RULE: ClassVar[str] = "KQ, an agency and six digits with dots, such as KQ.G15.000031"
    RULE_VI: ClassVar[str] = "Mã kết quả phải có dạng KQ.G15.000031"

    @property
    def agency(self) -> AgencyCode:
        """The ministry or province that entered the result into the catalogue."""
        return AgencyCode(self.value[3:-7])

    @property
    def ordinal(self) -> str:
        """The six digits."""
        return self.value[-6:]

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """What the agency's code warns of."""
        return self.agency.warnings

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text)

    def _fits(self) -> bool:
        found = _RESULT.fullmatch(self.value)
        return bool(found and _AGENCY.fullmatch(found["agency"]))
