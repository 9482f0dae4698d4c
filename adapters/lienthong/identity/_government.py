"""Codes of the administration: dossiers, procedures, papers and results (hub page §6)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from lienthong.identity._agency import AgencyCode, is_agency
from lienthong.identity._explanation import Part
from lienthong.identity._identifier import Caution, Identifier, bare

__all__ = ["ComponentCode", "DossierCode", "ProcedureCode", "ResultCode"]

_DOSSIER: Final = re.compile(
    r"(?P<agency>[0-9A-Z.]+)-(?P<date>[0-9]{6}|[0-9]{8})-(?P<ordinal>[0-9]{4,7})"
)
_PROCEDURE: Final = re.compile(r"(?P<national>[0-9]\.[0-9]{6})(?:\.(?P<agency>[0-9A-Z.]+))?")
_COMPONENT: Final = re.compile(
    r"(?P<national>(?P<agency>[0-9A-Z.]+)-(?P<letters>[A-Z]{1,4})(?P<ordinal>[0-9]{4,10}))"
    r"(?:\.(?P<local>[0-9A-Z.]+))?"
)
_CIRCULAR: Final = "TT 01/2018/TT-VPCP Đ.19"
_RESULT: Final = re.compile(
    r"(?P<national>KQ\.(?P<agency>[0-9A-Z.]+?)\.(?P<ordinal>[0-9]{6}))(?:\.(?P<local>[0-9A-Z.]+))?"
)


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

    def parts(self) -> tuple[Part, ...]:
        """The agency's levels, day of receipt, number of the day."""
        _, day, _ = self.value.rsplit("-", 2)
        received = f"{self.date:%d/%m/%Y}"
        return (
            *self.agency.parts(),
            Part("Ngày tiếp nhận", "Day of receipt", day, received, received, _CIRCULAR),
            Part(
                "Số thứ tự",
                "Number",
                self.ordinal,
                f"hồ sơ thứ {int(self.ordinal)} trong ngày",
                f"number {int(self.ordinal)} of the day",
                _CIRCULAR,
            ),
        )

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text)

    def _fits(self) -> bool:
        found = _DOSSIER.fullmatch(self.value)
        if not found or not is_agency(found["agency"]):
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

    def parts(self) -> tuple[Part, ...]:
        """The national code and, in local copies, the agency's levels."""
        source = "hub page §6"
        agency = self.agency
        return (
            Part(
                "Mã TTHC quốc gia",
                "National procedure code",
                self.value[:8],
                "Mã dùng khi tra cứu trên Cơ sở dữ liệu quốc gia về TTHC",
                "what national look-ups take",
                source,
            ),
            *(agency.parts() if agency else ()),
        )

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
        return bool(is_agency(found["agency"]) and AgencyCode(found["agency"]).level_one)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class _CatalogueCode(Identifier):
    """A code of the national catalogue, which a local copy may end with the agency as it does a procedure's.

    The suffix is published for procedures only: here it is cautioned about.
    """

    _FORM: ClassVar[re.Pattern[str]]

    @property
    def agency(self) -> AgencyCode:
        """The agency that made the entry of the catalogue."""
        return AgencyCode(self._group("agency"))

    @property
    def national(self) -> Self:
        """The code without a local agency, which is what the national catalogue knows."""
        return type(self)(self._group("national"))

    @property
    def local(self) -> AgencyCode | None:
        """The agency of a local copy."""
        return AgencyCode(self._group("local")) if self._group("local") else None

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """What the agency's code warns of, and ``unverified_form`` for the suffix of a local copy."""
        return self._cautions()

    def _cautions(self) -> tuple[Caution, ...]:
        return (*self.agency.warnings, *((Caution.UNVERIFIED_FORM,) if self.local else ()))

    def _local_parts(self) -> tuple[Part, ...]:
        return self.local.parts() if self.local else ()

    def _group(self, name: str) -> str:
        found = self._FORM.fullmatch(self.value)
        return (found[name] or "") if found else ""

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text)

    def _fits(self) -> bool:
        found = self._FORM.fullmatch(self.value)
        if not found or not is_agency(found["agency"]):
            return False
        local = found["local"]
        return local is None or bool(is_agency(local) and AgencyCode(local).level_one)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class ComponentCode(_CatalogueCode):
    """The code of a paper that a procedure demands (MAGIAYTO), such as ``000.00.00.G09-KQ002269`` (hub page §6)."""

    _FORM: ClassVar[re.Pattern[str]] = _COMPONENT
    FIELD: ClassVar[str] = "component_code"
    RULE: ClassVar[str] = (
        "an agency code, a dash, letters and a number, such as 000.00.00.G09-KQ002269"
    )
    RULE_VI: ClassVar[str] = "Mã thành phần hồ sơ phải có dạng 000.00.00.G09-KQ002269"

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """Those of the agency and of a local copy; ``unusual_form`` unless it is ``KQ`` with six digits, the only form seen."""
        usual = self._group("letters") == "KQ" and len(self._group("ordinal")) == 6
        return self._cautions() or (() if usual else (Caution.UNUSUAL_FORM,))

    def parts(self) -> tuple[Part, ...]:
        """The agency's levels and the number of the paper in its catalogue."""
        source = "hub page §6"
        return (
            *self.agency.parts(),
            Part("Loại", "Series", self._group("letters"), "", "", source),
            Part("Số giấy tờ", "Paper", self._group("ordinal"), "", "", source),
            *self._local_parts(),
        )


@dataclass(frozen=True, slots=True, order=True, repr=False)
class ResultCode(_CatalogueCode):
    """The code of a kind of result (MAKETQUA): ``KQ.<ministry>.<6 digits>``, such as ``KQ.G15.000031`` (hub page §6)."""

    _FORM: ClassVar[re.Pattern[str]] = _RESULT
    FIELD: ClassVar[str] = "result_code"
    RULE: ClassVar[str] = "KQ, an agency and six digits with dots, such as KQ.G15.000031"
    RULE_VI: ClassVar[str] = "Mã kết quả phải có dạng KQ.G15.000031"

    @property
    def ordinal(self) -> str:
        """The six digits."""
        return self._group("ordinal")

    def parts(self) -> tuple[Part, ...]:
        """The series, the agency's levels and the number of the result."""
        source = "hub page §6"
        return (
            Part(
                "Loại", "Series", "KQ", "Kết quả giải quyết TTHC", "result of a procedure", source
            ),
            *self.agency.parts(),
            Part("Số kết quả", "Result", self.ordinal, "", "", source),
            *self._local_parts(),
        )
