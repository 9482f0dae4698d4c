"""The declared services of the business registration database, generation 1 (population page B1, B2)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

SYSTEM: Final = "business"
DETAIL: Final = "chiTietDoanhNghiep"

_MAIN: Final = "Data/MainInformation"
_HOME: Final = "Data/HOAdress"

DETAIL_SERVICE: Final = Service(
    system=SYSTEM,
    name=DETAIL,
    verb=Verb.LOOKUP,
    title_vi="Chi tiết doanh nghiệp",
    title_en="The registration record of an enterprise or branch",
    dialects=("generation1",),
    channels=("ngsp", "lgsp", "open"),
    basis=Basis.SPEC,
    source="population page B1, B2 (guide of the Quảng Bình adapter, NGSP SDK)",
    request=(
        Field(
            "msdn", "digits", "Enterprise code = tax number, 10 digits, 13 for a branch", True, 14
        ),
    ),
    reply=(
        Field("Status", "0|1", "1 ok, 0 failure", True),
        Field("Message", "string", "success, or the error's text"),
        Field("DataCount", "int", "Number of records"),
        Field(f"{_MAIN}/ENTERPRISE_ID", "number", "Internal number, not used", None, 10),
        Field(f"{_MAIN}/ENTERPRISE_GDT_CODE", "string", "Enterprise code = tax number", None, 100),
        Field(f"{_MAIN}/IMP_BUSINESS_CODE", "string", "Number of the old certificate", None, 100),
        Field(f"{_MAIN}/ENTERPRISE_TYPE_ID", "string", "Kind, code", None, 10),
        Field(f"{_MAIN}/ENTERPRISE_TYPE_NAME", "string", "Kind, name", None, 100),
        Field(f"{_MAIN}/NAME", "string", "Name in Vietnamese", None, 1000),
        Field(f"{_MAIN}/SHORT_NAME", "string", "Short name"),
        Field(f"{_MAIN}/NAME_F", "string", "Name in a foreign language", None, 1000),
        Field(f"{_MAIN}/FOUNDING_DATE", "dd/MM/yyyy", "First registration"),
        Field(f"{_MAIN}/LAST_AMEND_DATE", "dd/MM/yyyy", "Last change of the registration"),
        Field(
            f"{_MAIN}/ENTERPRISE_STATUS", "string", "Status code; the list is unpublished", None, 10
        ),
        Field(f"{_MAIN}/ENTERPRISE_STATUS_NAME", "string", "Status, name; seen in code only"),
        Field(f"{_MAIN}/LEGAL_NAMES", "string", "Legal representatives, joined by ;", None, 1000),
        Field(f"{_MAIN}/CAPITAL_AMOUNT", "number 21,3", "Charter capital, VND"),
        Field(f"{_HOME}/CityID", "number", "Province code, leading zeros lost", None, 10),
        Field(f"{_HOME}/DistrictID", "number", "District code, leading zeros lost", None, 10),
        Field(f"{_HOME}/WardID", "number", "Commune code, leading zeros lost", None, 10),
        Field(f"{_HOME}/StreetNumber", "string", "Street and number", None, 200),
        Field(f"{_HOME}/AddressFullText", "string", "Address as one text", None, 1000),
        Field("Data/BusinessActivity/CODE", "string", "Line of business, code", None, 100),
        Field("Data/BusinessActivity/NAME", "string", "Line of business, name", None, 1000),
        Field("Data/BusinessActivity/IS_MAIN", "Y|N", "Whether it is the main line"),
        Field("Data/Member/MEMBER_NAME", "string", "Member or shareholder"),
        Field("Data/Member/AMOUNT", "number 21,3", "Contribution, VND"),
        Field("Data/Member/RATIO_PERCENT", "number 5,2", "Share, percent"),
        Field("Data/Member/COUNTRY", "string", "Country"),
        Field("Data/Representatives/FULL_NAME", "string", "Legal representative; object or list"),
    ),
)

SERVICES: Final = (DETAIL_SERVICE,)
