"""Insurance queries → JSON bodies, all values text (insurance page §2.1)."""

from __future__ import annotations

from typing import Final

import orjson

from lienthong.identity import IdentityError, PartialDate, Sex, clean_name
from lienthong.interface import (
    HouseholdInsuranceQuery,
    InsuranceNumberQuery,
    InsuranceQuery,
    InvalidRequest,
)

# Nothing is published for an unknown sex; an empty text says that without guessing.
_SEXES: Final = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.OTHER: "3", Sex.UNKNOWN: ""}
_PRECISIONS: Final = {"day": "0", "year": "1", "month": "2"}


def number_body(query: InsuranceNumberQuery, *, padded: bool = False) -> bytes:
    """The body of ``getMaSoBhxhTheoTieuChi``. Raises ``InvalidRequest``."""
    return orjson.dumps(
        {
            **_who(query.full_name, query.birth, query.sex, padded),
            "maTinhKs": query.province,
            "maHuyenKs": query.district,
            "maXaKs": query.commune,
            "isKs": _which(query.address_is_birth_registration),
        }
    )


def person_body(query: InsuranceQuery) -> bytes:
    """The body of ``getTraCuuTtHgdByMaSoBhxh``."""
    return orjson.dumps({"maSoBhxh": query.number.value})


def household_body(query: HouseholdInsuranceQuery, *, padded: bool = False) -> bytes:
    """The body of ``getTraCuuThongTinHgd``. Raises ``InvalidRequest``."""
    return orjson.dumps(
        {
            "maTinh": query.province,
            **_who(query.full_name, query.birth, query.sex, padded),
            "isKs": _which(query.address_is_birth_registration),
            "soSo": query.book_number,
            "maThe": query.card,
        }
    )


def _who(full_name: str, birth: PartialDate, sex: Sex, padded: bool) -> dict[str, str]:
    try:
        name = clean_name(full_name)
    except IdentityError as error:
        raise InvalidRequest(error.field, error.message, error.advice_vi) from None
    return {
        "hoTen": name,
        "ngaySinh": birth.compact().ljust(8, "0") if padded else birth.compact(),
        "loaiNgaySinh": _PRECISIONS[birth.precision],
        "gioiTinh": _SEXES[sex],
    }


def _which(is_birth_registration: bool) -> str:
    return "1" if is_birth_registration else "0"
