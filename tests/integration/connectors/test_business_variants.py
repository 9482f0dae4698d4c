"""Dossier lists, generation 2 and the HCM platform against the sandbox, over TLS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    Call,
    Connector,
    CredentialsRefused,
    Found,
    InvalidRequest,
    MaybeArrived,
    NotFound,
    NotLicensed,
    NotSupported,
    OrganisationQuery,
    OrganisationRecord,
    Overloaded,
    Query,
    RegistrationDayQuery,
    RegistrationDossier,
    RegistrationDossierList,
    RegistrationDossierQuery,
    RegistrationListQuery,
    ReplyUnreadable,
    SystemFault,
    Verb,
)
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import LGSP_ACCOUNT, NGSP_ACCOUNT

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]

NGSP: dict[str, Any] = {
    "kind": "ngsp",
    "consumer_key": NGSP_ACCOUNT.consumer_key,
    "consumer_secret": NGSP_ACCOUNT.consumer_secret,
}
FIRST: dict[str, Any] = {"channel": NGSP, "dialect": "generation1"}
SECOND: dict[str, Any] = {"channel": NGSP, "dialect": "generation2"}
HCM: dict[str, Any] = {
    "channel": {
        "kind": "hcm",
        "access_key": LGSP_ACCOUNT.access_key,
        "secret_key": LGSP_ACCOUNT.secret_key,
        "app_name": LGSP_ACCOUNT.app_name,
        "partner_code": LGSP_ACCOUNT.partner_code,
        "partner_code_cus": LGSP_ACCOUNT.partner_code_cus,
    },
    "dialect": "hcm",
}
KINDS = {"cty": "enterprise", "chi": "enterprise", "hkd": "household_business", "htx": "cooperative"}  # fmt: skip


def number(sandbox: Sandbox, key: str) -> str:
    """The number of an organisation of the sandbox."""
    [unit] = [unit for unit in sandbox.personas.organisations if unit.key == key]
    return unit.number


def asked(code: str, kind: Any = "") -> OrganisationQuery:
    """The question about a number."""
    return OrganisationQuery(EnterpriseCode.parse(code), kind)


async def listed(
    business: Connector, query: Query, new_call: NewCall
) -> tuple[RegistrationDossier, ...]:
    """The dossiers of a list."""
    found = await business.lookup(query, new_call())
    assert isinstance(found, Found)
    assert isinstance(found.record, RegistrationDossierList)
    return found.record.dossiers


# ---- dossiers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "switches",
    [{}, {"data_count": "total"}, {"page_overlap": 2}, {"page_overlap": 2, "data_count": "total"}],
    ids=str,
)
@pytest.mark.parametrize("page_rows", [1000, 10, 7])
async def test_long_spans_are_split_and_pages_joined(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    switches: dict[str, Any],
    page_rows: int,
) -> None:
    """Every dossier of twelve days once, whatever the pages are like; no question spans more than five days."""
    sandbox.settings["business"] |= {"dossiers_per_day": 7, **switches}
    business = connect("business", **FIRST, options={"page_rows": page_rows})
    query = RegistrationListQuery(date(2024, 3, 1), date(2024, 3, 12))

    rows = await listed(business, query, new_call)

    assert len(rows) == len({row.journal_number for row in rows}) == 12 * 7
    assert all(row.name and row.status for row in rows)
    queries: list[Any] = [
        entry.shown()["query"] for entry in sandbox.journal.entries("business", "danhSachHoSo")
    ]
    asked_for = {(query["from_date"], query["to_date"]) for query in queries}
    assert asked_for == {
        ("01/03/2024", "05/03/2024"),
        ("06/03/2024", "10/03/2024"),
        ("11/03/2024", "12/03/2024"),
    }


async def test_one_day_and_no_day(sandbox: Sandbox, connect: Connect, new_call: NewCall) -> None:
    """One day is one question; an end before the beginning is refused before a byte leaves."""
    business = connect("business", **FIRST)
    day = date(2024, 3, 1)
    await listed(business, RegistrationListQuery(day, day), new_call)
    assert len(sandbox.journal.entries("business", "danhSachHoSo")) == 1
    with pytest.raises(InvalidRequest) as refused:
        await business.lookup(RegistrationListQuery(day, date(2024, 2, 1)), new_call())
    assert refused.value.field == "to_date"
    with pytest.raises(InvalidRequest):
        await business.lookup(RegistrationDayQuery(time(9), time(8)), new_call())
    assert len(sandbox.journal.entries("business", "danhSachHoSo")) == 1


async def test_list_of_today(sandbox: Sandbox, connect: Connect, new_call: NewCall) -> None:
    """Today's dossiers between two times, paged whole."""
    sandbox.settings["business"]["dossiers_per_day"] = 90
    business = connect("business", **FIRST, options={"page_rows": 20})
    assert len(await listed(business, RegistrationDayQuery(), new_call)) == 90
    assert len(await listed(business, RegistrationDayQuery(time(8), time(8)), new_call)) == 60


async def test_state_of_a_dossier(sandbox: Sandbox, connect: Connect, new_call: NewCall) -> None:
    """A dossier of the list is found by its journal number; an unknown number is not."""
    sandbox.settings["business"]["dossiers_per_day"] = 1
    business = connect("business", **FIRST)
    day = date(2024, 3, 1)
    [row] = await listed(business, RegistrationListQuery(day, day), new_call)
    found = await business.lookup(RegistrationDossierQuery(row.journal_number), new_call())
    assert isinstance(found, Found)
    assert isinstance(found.record, RegistrationDossier)
    assert found.record.journal_number == row.journal_number
    assert found.record.code == row.code
    unknown = await business.lookup(RegistrationDossierQuery("99xx0000M0000"), new_call())
    assert isinstance(unknown, NotFound)
    for bad in ("", "x" * 51, "a\nb"):
        with pytest.raises(InvalidRequest):
            await business.lookup(RegistrationDossierQuery(bad), new_call())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=500), SystemFault),
        (Fault(status=429, retry_after_s=3), Overloaded),
        (Fault(html_page=True), ReplyUnreadable),
        (Fault(truncate=True), ReplyUnreadable),
        (Fault(nulls=True), ReplyUnreadable),
        (Fault(drop_after_processing=True), MaybeArrived),
    ],
    ids=lambda value: str(value.shown()) if isinstance(value, Fault) else None,
)
async def test_half_a_list_is_no_list(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    fault: Fault,
    error: type[Exception],
) -> None:
    """A page that fails fails the list."""
    business = connect("business", **FIRST)
    await business.channel.sign_in(new_call())
    await sandbox.faults.put("business", fault, "danhSachHoSo")
    with pytest.raises(error):
        await business.lookup(
            RegistrationListQuery(date(2024, 3, 1), date(2024, 3, 12)), new_call()
        )


async def test_a_list_that_we_may_not_read(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """403 on a list is an outcome."""
    business = connect("business", **FIRST)
    await sandbox.faults.put("business", Fault(status=403), "danhSachHoSo")
    query = RegistrationListQuery(date(2024, 3, 1), date(2024, 3, 1))
    assert isinstance(await business.lookup(query, new_call()), NotLicensed)


# ---- generation 2 ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    ["cty-mau-hoat-dong", "cty-hai-dai-dien", "cty-tam-ngung", "cty-giai-the", "chi-nhanh-mau", "hkd-so-12", "htx-mau"],
)  # fmt: skip
@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"cooperative_representative": "list", "gen2_address": "object"},
        {"cooperative_representative": "flat", "gen2_address": "text"},
    ],
    ids=str,
)
async def test_generation_2_finds_every_kind_in_every_shape(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, key: str, switches: dict[str, str]
) -> None:
    """Enterprise, branch, household business and co-operative come out alike, whatever shape their parts have."""
    sandbox.settings["business"] |= switches
    [unit] = [unit for unit in sandbox.personas.organisations if unit.key == key]
    business = connect("business", **SECOND)

    found = await business.lookup(asked(unit.number, KINDS[key[:3]]), new_call())

    assert isinstance(found, Found)
    record = found.record
    assert isinstance(record, OrganisationRecord)
    assert record.code == unit.number
    assert record.name == unit.name
    assert record.founded is not None
    assert record.founded.isoformat() == unit.founded
    assert {name.casefold() for name in record.representatives} == {
        name.casefold() for name in unit.representatives
    }
    assert record.address is not None
    if "text" not in switches.values():
        assert record.address.province == unit.place.province
        assert record.address.commune == unit.place.ward
    assert record.address.full
    assert [(line.code, line.main) for line in record.activities] == [
        (line.code, line.main) for line in unit.activities
    ]
    if KINDS[key[:3]] == "enterprise":
        assert (record.status, record.status_name) == (unit.status, unit.status_name)


async def test_a_personal_number_asks_for_the_household_business(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Without a kind, 12 digits mean a household business and 10 an enterprise; each register knows only its own."""
    business = connect("business", **SECOND)
    house = number(sandbox, "hkd-so-12")
    assert business.service_for(Verb.LOOKUP, asked(house)).name == "chiTietHoKinhDoanh"
    assert isinstance(await business.lookup(asked(house), new_call()), Found)
    assert isinstance(await business.lookup(asked(house, "enterprise"), new_call()), NotFound)
    cooperative = number(sandbox, "htx-mau")
    assert isinstance(await business.lookup(asked(cooperative), new_call()), NotFound)


async def test_generation_2_may_be_open(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Where the platform asks for no token, the channel ``open`` serves."""
    sandbox.settings["business"]["gen2_auth"] = "none"
    business = connect("business", channel={"kind": "open"}, dialect="generation2")
    found = await business.lookup(asked(number(sandbox, "cty-mau-hoat-dong")), new_call())
    assert isinstance(found, Found)


async def test_what_a_dialect_lacks_is_not_supported(connect: Connect, new_call: NewCall) -> None:
    """Generation 1 has no register of co-operatives, the others no dossiers: typed refusals."""
    day = RegistrationListQuery(date(2024, 3, 1), date(2024, 3, 1))
    cases: list[tuple[dict[str, Any], Query]] = [
        (FIRST, asked("0990001015", "cooperative")),
        (FIRST, asked("0990001015", "household_business")),
        (HCM, asked("0990001015", "cooperative")),
        (SECOND, day),
        (HCM, day),
    ]
    for settings, query in cases:
        business = connect("business", **settings)
        with pytest.raises(NotSupported):
            business.service_for(Verb.LOOKUP, query)
        with pytest.raises(NotSupported):
            await business.lookup(query, new_call())


# ---- the HCM platform --------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["cty-mau-hoat-dong", "cty-hai-dai-dien", "chi-nhanh-mau"])
async def test_hcm_finds_enterprises(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, key: str
) -> None:
    """The flattened answer becomes the same record; a branch travels with its dash by itself."""
    [unit] = [unit for unit in sandbox.personas.organisations if unit.key == key]
    business = connect("business", **HCM)
    found = await business.lookup(asked(unit.number), new_call())
    assert isinstance(found, Found)
    record = found.record
    assert isinstance(record, OrganisationRecord)
    assert (record.code, record.name) == (unit.number, unit.name)
    assert record.status_name == unit.status_name
    assert record.address is not None
    assert record.address.full
    assert set(record.representatives) == set(unit.representatives)
    undashed = connect("business", **HCM, options={"branch_dash": False})
    if key == "chi-nhanh-mau":
        with pytest.raises(SystemFault) as fault:
            await undashed.lookup(asked(unit.number), new_call())
        assert not fault.value.retryable
    else:
        assert isinstance(await undashed.lookup(asked(unit.number), new_call()), Found)


async def test_hcm_not_found_and_refused(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """An unknown number is an answer, a wrong key a matter of credentials."""
    business = connect("business", **HCM)
    assert isinstance(await business.lookup(asked("0100109106"), new_call()), NotFound)
    wrong = {**HCM, "channel": {**HCM["channel"], "secret_key": "wrong"}}
    with pytest.raises(CredentialsRefused):
        await connect("business", **wrong).lookup(asked("0100109106"), new_call())


@pytest.mark.parametrize("settings", [FIRST, SECOND, HCM], ids=lambda item: item["dialect"])
async def test_check_asks_for_a_number_that_cannot_exist(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, settings: dict[str, Any]
) -> None:
    """The check proves the way on every dialect, and fails with it."""
    business = connect("business", **settings)
    answer = await business.check(new_call(health=True))
    assert answer.detail.endswith("not found, as it must be")
    await sandbox.faults.put("business", Fault(html_page=True), answer.service)
    with pytest.raises(ReplyUnreadable):
        await business.check(new_call(health=True))


@pytest.mark.parametrize("settings", [SECOND, HCM], ids=lambda item: item["dialect"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=500), SystemFault),
        (Fault(html_page=True), ReplyUnreadable),
        (Fault(truncate=True), ReplyUnreadable),
        (Fault(wrong_charset=True), ReplyUnreadable),
        (Fault(drop_after_processing=True), MaybeArrived),
    ],
    ids=lambda value: str(value.shown()) if isinstance(value, Fault) else None,
)
async def test_bad_answers_are_never_not_found(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    settings: dict[str, Any],
    fault: Fault,
    error: type[Exception],
) -> None:
    """Whatever befalls the answer, no enterprise is said to be missing."""
    business = connect("business", **settings)
    await business.channel.sign_in(new_call())
    service = business.service_for(Verb.LOOKUP, asked("0990001015")).name
    await sandbox.faults.put("business", fault, service)
    with pytest.raises(error):
        await business.lookup(asked("0990001015"), new_call())


# ---- provincial fronts -------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["form", "json"])
async def test_an_enterprise_through_opencps(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, encoding: str
) -> None:
    """The proxy of OpenCPS gives generation 1's record; whichever encoding it takes is a setting."""
    sandbox.settings["business"]["opencps_encoding"] = encoding
    business = connect(
        "business",
        channel={"kind": "open"},
        dialect="opencps",
        options={"proxy_encoding": encoding},
    )
    code = number(sandbox, "cty-mau-hoat-dong")
    found = await business.lookup(asked(code), new_call())
    assert isinstance(found, Found)
    assert isinstance(found.record, OrganisationRecord)
    assert found.record.code == code
    assert found.provenance.dialect == "opencps"
    assert isinstance(await business.lookup(asked("0100109106"), new_call()), NotFound)
    assert (await business.check(new_call(health=True))).service == "doanhnghiep"
    with pytest.raises(NotSupported):
        business.service_for(Verb.LOOKUP, RegistrationDayQuery())


@pytest.mark.parametrize("status", ["ok", "same"])
async def test_answers_inside_the_envelope_of_thai_nguyen(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, status: str
) -> None:
    """What stands under ``response`` is the answer, ``code`` its status: found, token renewed, overloaded, refused."""
    sandbox.settings["business"]["thainguyen_http"] = status
    wrapped: dict[str, Any] = {
        "channel": {**NGSP, "envelope": "response"},
        "dialect": "generation1",
        "path": "/thainguyen",
    }
    business = connect("business", **wrapped)
    code = number(sandbox, "cty-mau-hoat-dong")
    assert isinstance(await business.lookup(asked(code), new_call()), Found)
    assert isinstance(await business.lookup(asked("0100109106"), new_call()), NotFound)
    sandbox.tokens.expire_all("business")
    assert isinstance(await business.lookup(asked(code), new_call()), Found)
    plain = connect("business", **{**wrapped, "channel": NGSP})
    with pytest.raises(ReplyUnreadable):
        await plain.lookup(asked(code), new_call())
