"""Writes ``chiTietDoanhNghiep`` of generation 1 (population page B2): ``HOAdress`` is spelt so."""

from __future__ import annotations

from lienthong_sandbox.personas import Organisation


def found(unit: Organisation, *, label: bool = True) -> dict[str, object]:
    """The answer for a registered enterprise; one representative comes as an object, several as a list."""
    main = main_information(unit)
    if not label:
        del main["ENTERPRISE_STATUS_NAME"]
    people = [{"FULL_NAME": name} for name in unit.representatives]
    data: dict[str, object] = {
        "MainInformation": main,
        "HOAdress": _address(unit),
        "BusinessActivity": [
            {"CODE": work.code, "NAME": work.name, "IS_MAIN": "Y" if work.main else "N"}
            for work in unit.activities
        ],
        "Member": [
            {
                "MEMBER_NAME": holder.name,
                "AMOUNT": holder.amount,
                "RATIO_PERCENT": holder.percent,
                "COUNTRY": holder.country,
            }
            for holder in unit.holders
        ],
        "Representatives": people[0] if len(people) == 1 else people,
    }
    return {"Data": data, "DataCount": 1, "Status": "1", "Message": "success"}


def not_found() -> dict[str, object]:
    """The answer for an unknown number: success without MainInformation."""
    return {"Data": {}, "DataCount": 0, "Status": "1", "Message": "success"}


def failed(message: str) -> dict[str, object]:
    """Status "0" with the reason; the text is ours."""
    return {"Data": None, "DataCount": 0, "Status": "0", "Message": message}


def main_information(unit: Organisation) -> dict[str, object]:
    """The block MainInformation."""
    return {
        "ENTERPRISE_ID": int(unit.number[2:9]),
        "ENTERPRISE_GDT_CODE": unit.number,
        "IMP_BUSINESS_CODE": unit.old_number,
        "ENTERPRISE_TYPE_ID": unit.type_code,
        "ENTERPRISE_TYPE_NAME": unit.type_name,
        "NAME": unit.name,
        "SHORT_NAME": unit.short_name,
        "NAME_F": unit.foreign_name,
        "FOUNDING_DATE": vietnamese_date(unit.founded),
        "LAST_AMEND_DATE": vietnamese_date(unit.amended),
        "NUMBER_CHANGES": unit.changes,
        "ENTERPRISE_STATUS": unit.status,
        "ENTERPRISE_STATUS_NAME": unit.status_name,
        "LEGAL_NAMES": ";".join(unit.representatives),
        "CAPITAL_AMOUNT": unit.capital,
    }


def _address(unit: Organisation) -> dict[str, object]:
    place = unit.place
    # The codes are numbers here: leading zeros are lost, as on the real wire.
    return {
        "CityID": int(place.province),
        "DistrictID": int(place.district) if place.district else None,
        "WardID": int(place.ward),
        "CityName": "Tỉnh Hưng Yên",
        "DistrictName": unit.district_name,
        "WardName": unit.ward_name,
        "StreetNumber": unit.street,
        "AddressFullText": place.detail,
    }


def vietnamese_date(date: str) -> str:
    """``2012-04-16`` → ``16/04/2012``."""
    return "/".join(reversed(date.split("-")))
