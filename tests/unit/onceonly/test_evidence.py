"""Evidence on both databases: whose it is, how long it holds, and which case may put it there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from lienthong.guard import BlindIndex, Keyring, Sealer
from lienthong.interface import Component, ResultKind
from lienthong.onceonly import ContentStore, EvidenceStore, PaperFacts
from lienthong.onceonly._evidence_rows import end_of
from lienthong.storage import Database, new_id, tables

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # the 24th in Vietnam
PAPER = Component(code="000.00.00.G15-KQ000001", name="Giấy mẫu", type="other")
RESULT = ResultKind(code="KQ.G15.000038", name="Kết quả mẫu", valid="P6M")
OWNER = "person:033085000101"


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    """An evidence store with keys of its own."""
    keys = Keyring.create(tmp_path / "keys.json")
    sealer = Sealer(keys)
    content = ContentStore(tmp_path / "content", sealer)
    return EvidenceStore(sealer, BlindIndex(keys), content, "H31")


async def _case(database: Database, identity: str) -> str:
    case_id = new_id()
    async with database.begin() as conn:
        await conn.execute(
            insert(tables.cases).values(
                id=case_id,
                dossier=f"H31.14-261124-{case_id[-12:]}",
                procedure="1.000001",
                agency="H31.14",
                officer="canbo01",
                sealed=b"x",
                status="2",
                identity=identity,
            )
        )
    return case_id


async def _add(database: Database, store: EvidenceStore, case_id: str, **changed: Any) -> None:
    values: dict[str, Any] = {
        "owner_key": OWNER,
        "case_id": case_id,
        "facts": PaperFacts(),
        "content": b"%PDF-1.4\nstartxref\n0\n%%EOF\n",
        "now": NOW,
        **changed,
    }
    async with database.begin() as conn:
        if "result" in changed:
            await store.add_result(conn, **values)
        else:
            await store.add_paper(conn, component=PAPER, **values)


async def _held(database: Database, store: EvidenceStore, owner: str = OWNER) -> list[str]:
    async with database.read() as conn:
        return [item.kind for item in await store.holdings(conn, owner)]


@pytest.mark.parametrize(
    ("identity", "held"),
    [
        ("verified", ["paper", "result"]),
        ("none", ["result"]),
        ("provisional", ["result"]),
        ("questioned", []),
        ("mismatch", []),
    ],
)
async def test_only_who_proved_to_be_the_owner_fills_the_store(
    database: Database, store: EvidenceStore, identity: str, held: list[str]
) -> None:
    """Papers handed in under somebody else's number are never reused in that person's later cases."""
    case_id = await _case(database, identity)
    await _add(database, store, case_id)
    await _add(database, store, case_id, result=RESULT)
    assert sorted(await _held(database, store)) == held
    assert await _held(database, store, "person:033085000102") == []
    assert await _held(database, store, "organisation:033085000101") == []


async def test_a_newer_result_takes_the_place_of_the_older(
    database: Database, store: EvidenceStore
) -> None:
    """One result of a code per owner is in force; revoked evidence is gone for good."""
    for _ in range(2):
        await _add(database, store, await _case(database, "verified"), result=RESULT)
    assert await _held(database, store) == ["result"]
    async with database.begin() as conn:
        ids = list(await conn.scalars(select(tables.evidence.c.id)))
        await store.revoke(conn, ids)
    assert await _held(database, store) == []


async def test_what_is_kept_names_nobody(database: Database, store: EvidenceStore) -> None:
    """Owner and facts of a paper are an index and a sealed blob; the day of issue is Vietnam's."""
    case_id = await _case(database, "verified")
    facts = PaperFacts(number="12/UBND-MARK", abstract="Cấp cho ông Đánh Dấu")
    await _add(database, store, case_id, result=RESULT, facts=facts)
    async with database.read() as conn:
        row = (await conn.execute(select(tables.evidence))).mappings().one()
        opened = await store.read_record(conn, row["id"])
    assert (row["issued_on"], row["valid_until"]) == (date(2026, 11, 24), date(2027, 5, 24))
    assert opened["number"] == "12/UBND-MARK"
    assert "MARK" not in repr(dict(row))
    assert "033085000101" not in repr(dict(row))
    assert row["digitisation_code"].startswith("H31-SH-")


@pytest.mark.parametrize(
    ("issued", "valid", "until"),
    [
        (date(2026, 8, 31), "P6M", date(2027, 2, 28)),
        (date(2027, 8, 31), "P6M", date(2028, 2, 29)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2026, 12, 1), "P1M", date(2027, 1, 1)),
        (date(2026, 12, 31), "P30D", date(2027, 1, 30)),
        (date(2026, 11, 24), "P2W", date(2026, 12, 8)),
        (date(2026, 11, 24), "P99999Y", date.max),
        (date(2026, 11, 24), "permanent", None),
    ],
)
def test_terms_follow_the_calendar(issued: date, valid: str, until: date | None) -> None:
    """Six months from the 31st end with the month; no day is given away by averages."""
    assert end_of(issued, valid) == until
