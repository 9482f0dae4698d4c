"""Answers of generation 1 and of the HCM platform → organisation record (population page B2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    Address,
    BusinessActivity,
    Member,
    OrganisationRecord,
    ReplyUnreadable,
    SystemFault,
    WireReply,
    as_list,
    read_object,
)
from lienthong_connectors.values import area_code, plain_text

from ._values import (
    NOT_FOUND,
    day,
    digits,
    first,
    names,
    number,
    objects,
    refuse_others,
    says_not_found,
)


def read_data(
    reply: WireReply, *, system: str, service: str, not_found: Iterable[str] = NOT_FOUND
) -> tuple[dict[str, Any], list[Any]]:
    """The whole answer of generation 1 and what stands under ``Data``, as a list; empty when nothing was found.

    Raises:
        SystemFault: ``Status`` says failure, and not because nothing was found.
        ReplyUnreadable: It is no such answer.
    """
    content = read_object(reply, system=system, service=service)
    if plain_text(content.get("Status")) == "0":
        if not says_not_found(plain_text(content.get("Message")), not_found):
            # The text itself is left out: nothing says that it is free of personal data.
            raise SystemFault(system, service, "the answer's Status is 0, with an unknown message")
        return content, []
    return content, [item for item in as_list(content.get("Data")) if isinstance(item, dict)]


def succeeds_or_fails(content: dict[str, Any], *, system: str, service: str) -> None:
    """Only an answer that claims success or failure may mean that there is nothing. Raises ``ReplyUnreadable``."""
    if plain_text(content.get("Status")) not in {"0", "1"}:
        raise ReplyUnreadable(system, service, "the answer says neither success nor failure")


def read_organisations(
    reply: WireReply,
    code: EnterpriseCode | None,
    *,
    system: str,
    service: str,
    not_found: Iterable[str] = NOT_FOUND,
) -> list[OrganisationRecord]:
    """The records of an answer of ``chiTietDoanhNghiep``; none when there is no such enterprise.

    Raises:
        SystemFault: ``Status`` says failure, and not because nothing was found.
        ReplyUnreadable: It is no such answer, or speaks of another enterprise than was asked for.
    """
    content, data = read_data(reply, system=system, service=service, not_found=not_found)
    records = [record for item in data if (record := _organisation(item)) is not None]
    if not records:
        succeeds_or_fails(content, system=system, service=service)
    return refuse_others(records, code, system=system, service=service)


def read_front(
    reply: WireReply,
    code: EnterpriseCode | None,
    *,
    system: str,
    service: str,
    not_found: Iterable[str] = NOT_FOUND,
) -> list[OrganisationRecord]:
    """The records of an answer of the HCM platform, whose names are flattened. Raises as :func:`read_organisations`."""
    content = read_object(reply, system=system, service=service)
    found = objects(content.get("ResultObject"))
    state, word = plain_text(content.get("StatusCode")), plain_text(content.get("Status")).upper()
    if word != "SUCCESS" and not found:
        words = f"{word.replace('_', ' ')} {plain_text(content.get('Description'))}"
        if state == "404" or says_not_found(words, not_found):
            return []
        if not state and not word:
            raise ReplyUnreadable(system, service, "the answer says neither success nor failure")
        # A code of 4xx says that our question is wrong: the same again gets the same.
        ours = len(state) == 3 and state.startswith("4")
        raise SystemFault(system, service, "the answer's Status is not SUCCESS", retryable=not ours)
    flat = [
        {
            "MainInformation": item,
            "HOAdress": {
                "CityID": item.get("HO_CITY_ID"),
                "DistrictID": item.get("HO_DISTRICT_ID"),
                "WardID": item.get("HO_WARD_ID"),
                "AddressFullText": item.get("HO_ADDRESS_FULLTEXT"),
            },
        }
        for item in found
    ]
    records = [record for item in flat if (record := _organisation(item)) is not None]
    return refuse_others(records, code, system=system, service=service)


def _organisation(data: dict[str, Any]) -> OrganisationRecord | None:
    """One enterprise; ``None`` when ``MainInformation`` is missing or names nobody (population page B2)."""
    main = first(data.get("MainInformation"))
    name = plain_text(main.get("NAME"))
    if not name:
        return None
    return OrganisationRecord(
        code=digits(main.get("ENTERPRISE_GDT_CODE")),
        name=name,
        short_name=plain_text(main.get("SHORT_NAME")),
        foreign_name=plain_text(main.get("NAME_F")),
        kind=plain_text(main.get("ENTERPRISE_TYPE_ID")),
        kind_name=plain_text(main.get("ENTERPRISE_TYPE_NAME")),
        status=plain_text(main.get("ENTERPRISE_STATUS")),
        status_name=plain_text(main.get("ENTERPRISE_STATUS_NAME")),
        founded=day(main.get("FOUNDING_DATE")),
        amended=day(main.get("LAST_AMEND_DATE")),
        representatives=_representatives(data.get("Representatives"), main.get("LEGAL_NAMES")),
        address=_address(first(data.get("HOAdress"))),
        activities=tuple(
            BusinessActivity(
                code=plain_text(item.get("CODE")),
                name=plain_text(item.get("NAME")),
                main=plain_text(item.get("IS_MAIN")).upper() == "Y",
            )
            for item in objects(data.get("BusinessActivity"))
        ),
        members=tuple(
            Member(
                name=plain_text(item.get("MEMBER_NAME")),
                amount=number(item.get("AMOUNT")),
                ratio_percent=number(item.get("RATIO_PERCENT")),
                country=plain_text(item.get("COUNTRY")),
            )
            for item in objects(data.get("Member"))
        ),
        capital=number(main.get("CAPITAL_AMOUNT")),
        old_certificate=plain_text(main.get("IMP_BUSINESS_CODE")),
    )


def _representatives(listed: Any, joined: Any) -> tuple[str, ...]:
    """Names from ``Representatives``, else from ``LEGAL_NAMES`` where they are joined by semicolons."""
    found = names([plain_text(item.get("FULL_NAME")) for item in objects(listed)])
    return found or names([name.strip() for name in plain_text(joined).split(";")])


def _address(home: dict[str, Any]) -> Address | None:
    if not any(home.values()):
        return None
    return Address(
        province=area_code(home.get("CityID"), 2),
        district=area_code(home.get("DistrictID"), 3),
        commune=area_code(home.get("WardID"), 5),
        detail=plain_text(home.get("StreetNumber")),
        full=plain_text(home.get("AddressFullText")),
    )
