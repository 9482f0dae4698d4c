"""The portal's public catalogue against the sandbox, over TLS (hub page §3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lienthong.interface import (
    Call,
    Connector,
    DossierQuery,
    FileContent,
    Found,
    HubFileQuery,
    InvalidRequest,
    NotFound,
    NotSupported,
    ProcedureList,
    ProcedureListQuery,
    ProcedureQuery,
    ProcedureRecord,
    ProcedureSheetQuery,
    ReplyUnreadable,
)
from lienthong_sandbox import Fault, Sandbox

SYSTEM = "operations_centre"
Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


@pytest.fixture
def portal(connect: Connect) -> Connector:
    """The portal as anybody sees it."""
    return connect(SYSTEM, channel={"kind": "open"}, dialect="public", path="/api/v1")


def served(sandbox: Sandbox) -> Any:
    """The national catalogue, to be changed."""
    return sandbox.systems[SYSTEM].catalogue  # type: ignore[attr-defined]  # only the hub has one


@pytest.mark.parametrize("key", ["code", "codeNotation"])
async def test_the_list_comes_page_by_page(
    sandbox: Sandbox, portal: Connector, new_call: NewCall, key: str
) -> None:
    """Every procedure in force once, 200 a page, under both names of the code that were seen."""
    sandbox.settings[SYSTEM]["public_code"] = key
    served(sandbox).generate(450)
    served(sandbox).change("9.000001", {"TRANGTHAI": "0"})
    codes: list[str] = []
    pages, after = 0, ""
    while pages == 0 or after:
        outcome = await portal.lookup(ProcedureListQuery(after), new_call())
        assert isinstance(outcome, Found)
        assert isinstance(outcome.record, ProcedureList)
        codes += [head.code for head in outcome.record.procedures]
        pages, after = pages + 1, outcome.record.after
    assert pages == 3
    assert len(codes) == len(set(codes)) == len(served(sandbox)) - 1
    assert "9.000001" not in codes


async def test_a_procedure_is_found_by_its_code(portal: Connector, new_call: NewCall) -> None:
    """Name, field and levels; which papers there are is left unknown."""
    outcome = await portal.lookup(ProcedureQuery("1.004222.H31"), new_call())
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, ProcedureRecord)
    assert (outcome.record.code, outcome.record.name) == ("1.004222", "Đăng ký thường trú")
    assert outcome.record.field_code
    assert outcome.record.level
    assert not {"components", "results"} & outcome.record.model_fields_set
    assert isinstance(await portal.lookup(ProcedureQuery("1.999999"), new_call()), NotFound)


async def test_the_sheet_and_the_forms_of_a_procedure_are_fetched(
    sandbox: Sandbox, portal: Connector, new_call: NewCall
) -> None:
    """A PDF by the procedure's code; forms behind links, whose host is replaced; any other link is not followed."""
    host = "https://dichvucong.example.invalid/api/v1"
    for query, path in (
        (
            ProcedureSheetQuery("1.004222"),
            "/configuring/formality/export-pdf-formality-detail-by-citizen",
        ),
        (
            HubFileQuery(f"{host}/submitting/preview-attachment?fileId=a1"),
            "/submitting/preview-attachment",
        ),
        (
            HubFileQuery(f"{host}/files/configuring/a1/to-khai.docx"),
            "/files/configuring/a1/to-khai.docx",
        ),
    ):
        outcome = await portal.lookup(query, new_call())
        assert isinstance(outcome, Found)
        assert isinstance(outcome.record, FileContent)
        assert outcome.record.media_type == "application/pdf"
        assert sandbox.journal.entries(SYSTEM)[-1].path == f"/api/v1{path}"
    assert isinstance(await portal.lookup(ProcedureSheetQuery("1.999999"), new_call()), NotFound)
    asked = len(sandbox.journal.entries(SYSTEM))
    for link in (
        f"{host}/files/configuring/../secret",
        "https://example.invalid/x",
        f"{host}/files/configuring/a/..%2Fb/c",
    ):
        with pytest.raises(InvalidRequest):
            await portal.lookup(HubFileQuery(link), new_call())
    assert len(sandbox.journal.entries(SYSTEM)) == asked


async def test_nothing_else_is_shown_to_everybody(portal: Connector, new_call: NewCall) -> None:
    """Dossiers are not public; the check is a page of one."""
    with pytest.raises(NotSupported):
        await portal.lookup(DossierQuery("H31.14-261124-0001"), new_call())
    assert (await portal.check(new_call(health=True))).service.startswith("list-all")


@pytest.mark.parametrize("fault", [Fault(html_page=True), Fault(nulls=True), Fault(truncate=True)])
async def test_a_page_that_is_none(
    sandbox: Sandbox, portal: Connector, new_call: NewCall, fault: Fault
) -> None:
    """Maintenance pages, nulls and torn answers are errors, never an empty catalogue."""
    await sandbox.faults.put(SYSTEM, fault)
    with pytest.raises(ReplyUnreadable):
        await portal.lookup(ProcedureListQuery(), new_call())
