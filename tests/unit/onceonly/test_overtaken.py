"""A plan that learns something from the record it fetched: what that ended is not reused by the same plan."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import insert

from lienthong.gateway import Gateway
from lienthong.guard import BlindIndex, Keyring, Sealer
from lienthong.interface import CitizenRecord, Component, Found, ProcedureRecord, Purpose, Query
from lienthong.onceonly import (
    Applicant,
    CaseView,
    Catalogue,
    ContentStore,
    EvidenceStore,
    PaperFacts,
    Planner,
    load_event_rules,
)
from lienthong.storage import Database, new_id, tables

from .conftest import NOW, PROVENANCE, citizen, rule

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"
HOME = Component(code="P1", name="Giấy tờ cư trú", type="residence_proof")
MARRIAGE = Component(code="P2", name="Tình trạng hôn nhân", type="marital_status")
PROCEDURE = ProcedureRecord(code="1.000001", name="Mẫu", components=(HOME, MARRIAGE))
BOOK = Catalogue(
    {PROCEDURE.code: PROCEDURE},
    (rule(id="hon-nhan", paper_type="marital_status", needs=("marital_status",)),),
)
OWNER = Applicant.citizen(
    personal_id="033085000101", full_name="Nguyễn Văn Hùng", birth_date="14/03/1985"
)


class Register:
    """A population database that answers at once."""

    systems = ("population",)

    def __init__(self, commune: str) -> None:
        self._commune = commune
        self.asked = 0

    async def lookup(self, system: str, query: Query, purpose: Purpose) -> Found[CitizenRecord]:
        self.asked += 1
        address = {"province": "33", "commune": self._commune}
        return Found(citizen(marital_status="1", permanent_address=address), PROVENANCE)


@pytest.mark.parametrize(
    ("commune", "reused"), [("11983", True), ("12001", False)], ids=["same-home", "moved"]
)
async def test_what_the_fetched_record_ends_is_not_reused(
    database: Database, tmp_path: Path, commune: str, reused: bool
) -> None:
    """The proof of residence is waived while the person lives there, and asked for by the plan that learns of the move."""
    keys = Keyring.create(tmp_path / "keys.json")
    sealer = Sealer(keys)
    store = EvidenceStore(
        sealer,
        BlindIndex(keys),
        ContentStore(tmp_path / "content", sealer),
        "H31",
        events=load_event_rules(CATALOGUE),
    )
    case_id = new_id()
    case: dict[str, Any] = {
        "id": case_id, "dossier": "H31.14-261124-0001", "procedure": PROCEDURE.code, "agency": "H31.14",
        "officer": "canbo01", "sealed": b"x", "status": "2", "identity": "verified",
    }  # fmt: skip
    async with database.begin() as conn:
        await conn.execute(insert(tables.cases).values(**case))
        await store.add_record(
            conn, owner_key=OWNER.owner_key, case_id=case_id, code="citizen:aa", record=citizen(),
            provenance=PROVENANCE, now=NOW - timedelta(days=30),
        )  # fmt: skip
        await store.add_paper(
            conn, owner_key=OWNER.owner_key, case_id=case_id, component=HOME, facts=PaperFacts(),
            content=None, now=NOW - timedelta(days=20),
        )  # fmt: skip
    register = Register(commune)
    planner = Planner(
        database, lambda: BOOK, store, cast("Gateway", register), lambda: NOW,
        timedelta(hours=48),
    )  # fmt: skip
    view = CaseView(
        id=case_id, procedure=PROCEDURE.code, choice="", applicant=OWNER, identity="verified",
        declined=frozenset(),
    )  # fmt: skip
    purpose = Purpose("H31.14-261124-0001", PROCEDURE.code, "canbo01", "H31.14", "kiểm tra")
    plan = await planner.plan(view, PROCEDURE.components, purpose)
    home, marriage = plan.decisions
    assert marriage.rule == "hon-nhan"
    assert (home.rule == "same-paper") is reused
    assert (home.verdict.value == "waived") is reused
    assert register.asked == 1
