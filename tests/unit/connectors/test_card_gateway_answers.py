"""Answers of the card gateway to sends and treatments, code by code and shape by shape (insurance page §2.2)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest

from lienthong.identity import InsuranceCard
from lienthong.interface import (
    Accepted,
    Call,
    Connector,
    FacilityFile,
    Found,
    LookupOutcome,
    NotFound,
    NotLicensed,
    Outcome,
    Purpose,
    Rejected,
    ReplyUnreadable,
    Sent,
    ShareOutcome,
    SystemFault,
    SystemSettings,
    Tools,
    TreatmentDetail,
    TreatmentDetailQuery,
)
from lienthong.testing._loopback import Heard, Loopback, Said
from lienthong.transport import load_soap, open_transport
from lienthong_connectors.social_insurance import SocialInsuranceConnector

TOKEN = {"maKetQua": "200", "APIKey": {"access_token": "t-1", "id_token": "i-1"}}
TAKEN = {"maKetQua": "200", "maGiaoDich": "GD1", "thoiGianTiepNhan": "20261124083005"}
FILE = FacilityFile(kind="treatment", province="01", facility="01001", content=b"<HoSo/>")
PURPOSE = Purpose("H31.14-261124-0001", "1.004222", "canbo", "H31.14", "kiểm thử")


@asynccontextmanager
async def answering(
    answer: Any, **tables: dict[str, Any]
) -> AsyncIterator[tuple[Connector, list[Heard]]]:
    """A connector on a gateway that gives one answer, and what it was asked, sign-in left out."""
    heard: list[Heard] = []

    async def handle(request: Heard) -> Said:
        if request.path.endswith("/take"):
            return Said(body=orjson.dumps(TOKEN))
        heard.append(request)
        return Said(body=orjson.dumps(answer))

    async with Loopback(handle) as server:
        table = {
            "name": "social_insurance", "connector": "social_insurance", "url": server.url,
            "dialect": "gateway",
            "channel": {"kind": "egw", "username": "u", "password": "p", **tables.get("channel", {})},
            "options": {
                "officers": {"canbo": {"name": "Cán Bộ Mẫu", "number": "033190000999"}},
                **tables.get("options", {}),
            },
        }  # fmt: skip
        settings = SystemSettings.model_validate(table)
        transport = open_transport(settings)
        tools = Tools(transport, load_soap, lambda: datetime.now(UTC))
        try:
            yield SocialInsuranceConnector.build(settings, tools), heard
        finally:
            await transport.aclose()


def call() -> Call:
    """A fresh attempt."""
    return Call(PURPOSE, "r-1", time.monotonic() + 9)


async def send(answer: Any) -> ShareOutcome:
    """What becomes of a file that is answered so."""
    async with answering(answer) as (insurance, _):
        return await insurance.share(FILE, call())


async def open_treatment(answer: Any) -> LookupOutcome:
    """What becomes of a question for a treatment that is answered so."""
    async with answering(answer) as (insurance, _):
        query = TreatmentDetailQuery(InsuranceCard("DN4333301104729"), "7")
        return await insurance.lookup(query, call())


async def test_a_receipt_has_number_time_and_words() -> None:
    """Numbers come as text or number; the time is Vietnam time, UTC inside."""
    outcome = await send(TAKEN | {"maKetQua": 200, "maGiaoDich": 17, "thongDiep": "Đã nhận"})
    assert isinstance(outcome, Accepted)
    receipt = outcome.receipt
    assert (receipt.code, receipt.reference, receipt.message) == ("200", "17", "Đã nhận")
    assert receipt.at == datetime(2026, 11, 24, 1, 30, 5, tzinfo=UTC)


async def test_a_receipt_without_readable_time_is_one() -> None:
    """The number counts."""
    outcome = await send(TAKEN | {"thoiGianTiepNhan": "24/11/2026"})
    assert isinstance(outcome, Accepted)
    assert outcome.receipt.at is None


@pytest.mark.parametrize(
    ("code", "expected"), [("403", NotLicensed), ("205", Rejected), ("701", Rejected)]
)
async def test_codes_of_refusal(code: str, expected: type[Outcome]) -> None:
    """403 is a licence; every other code says that the file is not taken as it is."""
    outcome = await send({"maKetQua": code, "thongDiep": "Lý do"})
    assert isinstance(outcome, expected)
    if isinstance(outcome, Rejected):
        assert (outcome.code, outcome.message) == (code, "Lý do")


async def test_a_server_error_in_the_body_is_a_fault() -> None:
    """5xx under HTTP 200."""
    with pytest.raises(SystemFault, match="500"):
        await send({"maKetQua": "500"})


@pytest.mark.parametrize(
    "answer", [{"maKetQua": "200"}, TAKEN | {"maGiaoDich": ""}, TAKEN | {"maGiaoDich": {}}, {}, []]
)
async def test_success_without_a_number_is_in_doubt(answer: Any) -> None:
    """It says taken and does not show under what: never accepted, never to be sent again by itself."""
    with pytest.raises(ReplyUnreadable) as caught:
        await send(answer)
    assert (caught.value.sent, caught.value.retryable) == (Sent.MAYBE, False)


@pytest.mark.parametrize("in_headers", [True, False])
@pytest.mark.parametrize("encoding", ["form", "json"])
async def test_encoding_and_place_of_the_secrets_are_settings(
    encoding: str, in_headers: bool
) -> None:
    """Form or JSON; secrets in headers with the account in the body, or all in the body."""
    places: dict[str, Any] = {} if in_headers else {"secrets_in_headers": []}
    options = {"sending_encoding": encoding}
    async with answering(TAKEN, channel=places, options=options) as (insurance, heard):
        assert isinstance(await insurance.share(FILE, call()), Accepted)
    (request,) = heard
    if encoding == "json":
        fields = orjson.loads(request.body)
    else:
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    file = {
        "username": "u", "loaiHoSo": "130", "maTinh": "01", "maCSKCB": "01001",
        "fileHSBase64": "PEhvU28vPg==",
    }  # fmt: skip
    digest = "83878C91171338902E0FE0FB97A8C47A"
    secrets = {"token": "t-1", "id_token": "i-1", "password": digest}
    assert fields == (file if in_headers else file | secrets)
    names = {"accesstoken": "t-1", "tokenid": "i-1", "passwordhash": digest}
    shown = {name: request.headers.get(name) for name in names}
    assert shown == (names if in_headers else dict.fromkeys(names))


def test_a_file_survives_json() -> None:
    """Any bytes, UTF-8 or not: base64 in JSON, the same bytes back; neither shows in ``repr``."""
    held = FILE.model_copy(update={"content": b"<a>\xff\xfe+/</a>"})
    assert FacilityFile.model_validate_json(held.model_dump_json()) == held
    assert repr(held) == "<FacilityFile>"


TABLES: dict[str, Any] = {"xml1": {"MA_LK": 7, "HO_TEN": "Mẫu", "MA_BN": None}}


@pytest.mark.parametrize("code", [None, "", "000", 0, "200", 200])
@pytest.mark.parametrize("summary", [TABLES["xml1"], [TABLES["xml1"]]])
async def test_a_treatment_with_or_without_code(code: Any, summary: Any) -> None:
    """The code is unpublished, so that the tables speak; a list of one is its one, numbers are text, nulls are left out."""
    held = {"xml1": summary, "dsXml2": {"TEN_THUOC": "A"}, "dsXml3": None, "dsXml5": [{"A": None}]}
    outcome = await open_treatment({"maKetQua": code, "hoSoKCB": held})
    assert isinstance(outcome, Found)
    assert outcome.record == TreatmentDetail(
        record="7", summary={"MA_LK": "7", "HO_TEN": "Mẫu"}, medicines=({"TEN_THUOC": "A"},)
    )


@pytest.mark.parametrize("code", ["200", "000", "050", "404", "130"])
async def test_no_tables_under_a_code_is_nobody(code: str) -> None:
    """Success without a treatment, or a code that says that there is none."""
    assert isinstance(await open_treatment({"maKetQua": code, "hoSoKCB": None}), NotFound)


@pytest.mark.parametrize(
    ("code", "retryable"), [("500", True), ("101", True), ("205", False), ("987", False)]
)
async def test_failures_of_a_treatment(code: str, retryable: bool) -> None:
    """Failures, and codes that nobody has published, are no answers, whatever stands beside them."""
    with pytest.raises(SystemFault) as caught:
        await open_treatment({"maKetQua": code, "hoSoKCB": TABLES})
    assert caught.value.retryable is retryable


async def test_an_account_that_may_not_open_a_treatment() -> None:
    """The officer's codes are licences here too."""
    assert isinstance(await open_treatment({"maKetQua": "054"}), NotLicensed)
    assert isinstance(await open_treatment({"maKetQua": "403"}), NotLicensed)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"hoSoKCB": None},
        {"hoSoKCB": {}},
        {"hoSoKCB": "<HSSK/>"},
        {"hoSoKCB": {"xml1": None, "dsXml2": []}},
        {"hoSoKCB": {"xml1": {"HO_TEN": None}}},
        {"hoSoKCB": {"xml1": "<a/>"}},
        {"hoSoKCB": {"xml1": [{"A": 1}, {"A": 2}]}},
        {"hoSoKCB": TABLES | {"dsXml4": [1]}},
    ],
)
async def test_what_is_no_treatment_is_unreadable(answer: Any) -> None:
    """Neither code nor tables, or something else in their place."""
    with pytest.raises(ReplyUnreadable):
        await open_treatment(answer)
