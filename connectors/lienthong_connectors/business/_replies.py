"""Answer of ``chiTietDoanhNghiep`` → organisation record (population page B2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lienthong.identity import EnterpriseCode, IdentityError, PartialDate, fold, nfc
from lienthong.interface import (
    Address,
    BusinessActivity,
    Member,
    OrganisationRecord,
    ReplyUnreadable,
    SystemFault,
    WireReply,
    as_list,
    as_object,
    as_text,
    read_json,
)

# Only the text tells "no such enterprise" from a failure, and no list of texts is published: compared without marks.
_NOT_FOUND: Final = (
    "khong tim thay",
    "khong ton tai",
    "khong co du lieu",
    "khong co thong tin",
    "not found",
    "no data",
)


def read_organisations(
    reply: WireReply, code: EnterpriseCode | None, *, system: str, service: str
) -> list[OrganisationRecord]:
    """The records of an answer; none when there is no such enterprise.

    Raises:
        SystemFault: ``Status`` says failure, and not because nothing was found.
        ReplyUnreadable: It is no such answer, or speaks of another enterprise than was asked for.
    """
    content = as_object(
        read_json(reply, system=system, service=service), system=system, service=service
    )
    status = _text(content.get("Status"))
    data = [item for item in as_list(content.get("Data")) if isinstance(item, dict)]
    if status == "0":
        if not _says_not_found(_text(content.get("Message"))):
            # The text itself is left out: nothing says that it is free of personal data.
            raise SystemFault(system, service, "the answer's Status is 0, with an unknown message")
        return []
    records = [record for item in data if (record := _organisation(item)) is not None]
    if status != "1" and not records:
        # Only an answer that claims success may mean that there is no such enterprise.
        raise ReplyUnreadable(system, service, "the answer says neither success nor failure")
    for record in records:
        if _of_another(record, code):
            raise ReplyUnreadable(
                system,
                service,
                "the answer is about another enterprise than was asked for",
                retryable=False,
            )
    return records


def _says_not_found(message: str) -> bool:
    folded = fold(message)
    return any(text in folded for text in _NOT_FOUND)


def _organisation(data: dict[str, Any]) -> OrganisationRecord | None:
    """One enterprise; ``None`` when ``MainInformation`` is missing or names nobody (population page B2)."""
    main = _first(data.get("MainInformation"))
    name = _text(main.get("NAME"))
    if not name:
        return None
    return OrganisationRecord(
        code=_digits(main.get("ENTERPRISE_GDT_CODE")),
        name=name,
        short_name=_text(main.get("SHORT_NAME")),
        foreign_name=_text(main.get("NAME_F")),
        kind=_text(main.get("ENTERPRISE_TYPE_ID")),
        kind_name=_text(main.get("ENTERPRISE_TYPE_NAME")),
        status=_text(main.get("ENTERPRISE_STATUS")),
        status_name=_text(main.get("ENTERPRISE_STATUS_NAME")),
        founded=_date(main.get("FOUNDING_DATE")),
        amended=_date(main.get("LAST_AMEND_DATE")),
        representatives=_representatives(data.get("Representatives"), main.get("LEGAL_NAMES")),
        address=_address(_first(data.get("HOAdress"))),
        activities=tuple(
            BusinessActivity(
                code=_text(item.get("CODE")),
                name=_text(item.get("NAME")),
                main=_text(item.get("IS_MAIN")).upper() == "Y",
            )
            for item in _objects(data.get("BusinessActivity"))
        ),
        members=tuple(
            Member(
                name=_text(item.get("MEMBER_NAME")),
                amount=_number(item.get("AMOUNT")),
                ratio_percent=_number(item.get("RATIO_PERCENT")),
                country=_text(item.get("COUNTRY")),
            )
            for item in _objects(data.get("Member"))
        ),
        capital=_number(main.get("CAPITAL_AMOUNT")),
        old_certificate=_text(main.get("IMP_BUSINESS_CODE")),
    )


def _objects(value: Any) -> list[dict[str, Any]]:
    """Object-or-list as list of those objects that say something."""
    return [item for item in as_list(value) if isinstance(item, dict) and any(item.values())]


def _first(value: Any) -> dict[str, Any]:
    found = _objects(value)
    return found[0] if found else {}


def _text(value: Any) -> str:
    """NFC text; an object or list where a value belongs says nothing."""
    return "" if isinstance(value, dict | list) else nfc(as_text(value))


def _digits(value: Any) -> str:
    return _text(value).replace("-", "")


def _representatives(listed: Any, joined: Any) -> tuple[str, ...]:
    """Names from ``Representatives``, else from ``LEGAL_NAMES`` where they are joined by semicolons."""
    names = [_text(item.get("FULL_NAME")) for item in _objects(listed)]
    if not any(names):
        names = [name.strip() for name in _text(joined).split(";")]
    return tuple(dict.fromkeys(name for name in names if name))


def _address(home: dict[str, Any]) -> Address | None:
    if not home:
        return None
    return Address(
        province=_padded(home.get("CityID"), 2),
        district=_padded(home.get("DistrictID"), 3),
        commune=_padded(home.get("WardID"), 5),
        detail=_text(home.get("StreetNumber")),
        full=_text(home.get("AddressFullText")),
    )


def _padded(value: Any, length: int) -> str:
    """An area code that travelled as a number, with its leading zeros again; 0 stands for none."""
    code = _text(value)
    if not code.strip("0"):
        return ""
    return code.zfill(length) if code.isdigit() else code


def _date(value: Any) -> date | None:
    text = _text(value)
    if not text:
        return None
    try:
        # dd/MM/yyyy; a time of day behind it or an ISO date-time says nothing more that we keep.
        return PartialDate.parse(text.partition("T")[0].partition(" ")[0]).to_date()
    except IdentityError:
        return None


def _number(value: Any) -> Decimal | None:
    text = _text(value)
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _of_another(record: OrganisationRecord, code: EnterpriseCode | None) -> bool:
    # A household owner may be asked for by personal number and answered by the old tax number.
    if code is None or code.kind == "personal":
        return False
    return bool(record.code) and record.code != code.value
