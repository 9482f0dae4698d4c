"""Query or message → fields of a request, checked against the declared field table (population page A4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from lienthong.identity import IdentityError, OldCardNumber, PersonalNumber, clean_name, wire_name
from lienthong.interface import (
    Call,
    CaseRequired,
    CitizenListRequest,
    CitizenQuery,
    Field,
    GuardianQuery,
    HouseholdHeadQuery,
    InvalidRequest,
    MaritalStatusQuery,
    Message,
    NextOfKinQuery,
    Query,
    ResidenceQuery,
)

from ._operations import VERIFY, Operation
from ._options import PopulationOptions
from ._services import BY_NAME
from ._subjects import person_of, ticket_of

_NESTED_BIRTH: Final = frozenset({"NgayThangNam", "Nam"})
_AFTER_NUMBER: Final = ("MaDonVi", "TaiKhoan", "SoDienThoai")
_RELATIONS: Final = {"father": "01", "mother": "02", "spouse": "03", "child": "04"}
_CRITERIA: Final = {
    "blood_group": "NhomMau",
    "sex": "GioiTinh",
    "ethnicity": "DanToc",
    "religion": "TonGiao",
}
_OURS: Final = {
    "MaYeuCau": "request_id",
    "MaDVC": "procedure",
    "MaCanBo": "officer",
    "MaTinhThanh": "province",
    "MaQuanHuyen": "district",
    "MaPhuongXa": "commune",
    "ChiTiet": "detail",
    "TinhTrangHonNhan": "status",
    "TuTuoi": "age_from",
    "DenTuoi": "age_to",
    "QuanHe": "relation",
    "MaYeuCauDanhSach": "ticket",
    **dict.fromkeys(_CRITERIA.values(), "code"),
}


def flat_fields(
    operation: Operation,
    subject: Query | Message,
    call: Call,
    options: PopulationOptions,
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The fields of a request in wire order, birth date not yet nested.

    Args:
        operation: What is asked.
        subject: About whom or what.
        call: The attempt.
        options: The system's options.
        extra: Further fields, e.g. the page of a list.

    Raises:
        InvalidRequest: A field is missing or does not fit the wire.
        CaseRequired: The call has no case, so there is no officer to name.
    """
    if call.purpose is None:
        raise CaseRequired("population asks for the officer of a case; this call has no case")
    code_element = options.service_code_element if operation == VERIFY else "MaTichHop"
    values = {
        "MaYeuCau": call.request_id,
        "MaDVC": options.ma_dvc or call.purpose.procedure,
        code_element: options.code(operation),
        "MaCanBo": call.purpose.officer_number or call.purpose.officer,
    }
    if options.ma_don_vi:
        values["MaDonVi"] = options.ma_don_vi
    if options.account_fields:
        values |= {"TaiKhoan": call.purpose.officer, "SoDienThoai": "0"}
    values |= _subject(operation, subject, options)
    if extra:
        values |= extra
    return _ordered(operation, values, options)


def _ordered(
    operation: Operation, values: Mapping[str, str], options: PopulationOptions
) -> dict[str, str]:
    """The values in wire order, each checked against its line of the table."""
    fields: dict[str, str] = {}
    for field in _table(operation, options.field_order):
        value = values.get(field.name)
        if value is None:
            if field.required and field.name not in _NESTED_BIRTH:
                raise InvalidRequest(_ours(field.name), f"is required to ask for {operation}")
            continue
        if value or field.required:
            _check(field, value)
        fields[field.name] = value
    return fields


def _check(field: Field, value: str) -> None:
    longest = field.length or len(value)
    if not value or len(value) > longest or not value.isprintable():
        raise InvalidRequest(
            _ours(field.name),
            f"must have 1 to {longest} printable characters to travel as {field.name}",
        )
    if field.kind == "digits" and not (value.isascii() and value.isdigit()):
        raise InvalidRequest(_ours(field.name), f"must be digits to travel as {field.name}")


@lru_cache(maxsize=64)
def _table(operation: Operation, order: str) -> tuple[Field, ...]:
    """The declared fields of a request in wire order, nested ones under their own name."""
    declared = [
        Field(
            field.name.rpartition("/")[2], field.kind, field.meaning, field.required, field.length
        )
        for field in BY_NAME[operation].request
    ]
    if order == "spec":
        office = [field for field in declared if field.name in _AFTER_NUMBER]
        others = [field for field in declared if field.name not in _AFTER_NUMBER]
        at = next(index for index, field in enumerate(others) if field.name == "MaCanBo")
        declared = [*others[:at], *office, *others[at:]]
    return tuple(declared)


def _ours(name: str) -> str:
    if name.startswith("HoVaTen"):
        return "full_name"
    return _OURS.get(name, name)


def _subject(
    operation: Operation, subject: Query | Message, options: PopulationOptions
) -> dict[str, str]:
    """The fields that say about whom or what is asked."""
    person = person_of(subject)
    if person is not None:
        return _person(operation, person, options) | _claim(subject, options)
    if isinstance(subject, CitizenListRequest):
        return _criteria(subject)
    ticket = ticket_of(subject)
    return {} if ticket is None else {"MaYeuCauDanhSach": ticket}


def _person(
    operation: Operation, person: CitizenQuery, options: PopulationOptions
) -> dict[str, str]:
    fields = _number(person.number, "")
    if options.identifiers == "both":
        fields = {"SoDinhDanh": "", "SoCMND": "", **fields}
    fields["HoVaTen"] = _name(person.full_name, options)
    return fields | _birth(operation, person, options)


def _number(number: PersonalNumber | OldCardNumber | None, suffix: str) -> dict[str, str]:
    if number is None:
        return {}
    element = "SoDinhDanh" if isinstance(number, PersonalNumber) else "SoCMND"
    return {f"{element}{suffix}": number.value}


def _name(full_name: str, options: PopulationOptions) -> str:
    try:
        if options.name_form == "folded":
            return wire_name(full_name)
        return clean_name(full_name).upper()
    except IdentityError as error:
        raise InvalidRequest(error.field, error.message, error.advice_vi) from None


def _birth(operation: Operation, query: CitizenQuery, options: PopulationOptions) -> dict[str, str]:
    birth = query.birth
    if birth is None:
        if operation != VERIFY:
            raise InvalidRequest(
                "birth",
                f"is required for {operation}: give the date or at least the year",
                "Cần ngày sinh hoặc ít nhất năm sinh để hỏi cơ sở dữ liệu dân cư.",
            )
        return {}
    if operation == VERIFY and not options.send_birth_in_verify:
        return {}
    if birth.precision == "day":
        return {
            "NgayThangNam": birth.compact() if options.birth_format == "yyyyMMdd" else birth.iso()
        }
    # The wire knows a full date or a year; a month alone has no place on it.
    return {"Nam": f"{birth.year:04d}"}


def _claim(subject: Query | Message, options: PopulationOptions) -> dict[str, str]:
    """What is claimed about the person; nothing for questions that only name one."""
    match subject:
        case NextOfKinQuery():
            other = _other("NhanThan", subject.full_name, subject.number, options)
            return {"QuanHe": _RELATIONS[subject.relation], **other}
        case GuardianQuery():
            return _other("NguoiGiamHo", subject.full_name, subject.number, options)
        case HouseholdHeadQuery():
            other = _other("ChuHo", subject.full_name, subject.number, options)
            return other | _given({"QuanHe": subject.relation})
        case ResidenceQuery():
            return _given(
                {
                    "MaTinhThanh": subject.province,
                    "MaPhuongXa": subject.commune,
                    "MaQuanHuyen": subject.district,
                    "ChiTiet": subject.detail.strip(),
                }
            )
        case MaritalStatusQuery():
            spouse = (
                _other("VoChong", subject.spouse_name, subject.spouse_number, options)
                if subject.spouse_name
                else _number(subject.spouse_number, "VoChong")
            )
            return {"TinhTrangHonNhan": subject.status, **spouse}
        case _:
            return {}


def _other(
    suffix: str,
    full_name: str,
    number: PersonalNumber | OldCardNumber | None,
    options: PopulationOptions,
) -> dict[str, str]:
    return {f"HoVaTen{suffix}": _name(full_name, options), **_number(number, suffix)}


def _criteria(message: CitizenListRequest) -> dict[str, str]:
    """What a list is made by. Raises ``InvalidRequest`` for ages in the wrong order."""
    fields = {"MaTinhThanh": message.province, "MaPhuongXa": message.commune}
    if message.by == "age":
        low, high = message.age_from, message.age_to
        if low is not None and high is not None and high < low:
            raise InvalidRequest("age_to", "must not be below age_from")
        fields |= {
            "TuTuoi": "" if low is None else str(low),
            "DenTuoi": "" if high is None else str(high),
        }
    elif message.by != "area":
        fields[_CRITERIA[message.by]] = message.code
    return _given(fields)


def _given(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}
