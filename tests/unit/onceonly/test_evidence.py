"""Evidence on both databases: whose it is, how long it holds, and which case may put it there."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from lienthong.guard import BlindIndex, Keyring, Sealer
from lienthong.identity import PersonalNumber
from lienthong.interface import (
    CitizenQuery,
    Component,
    Confirmed,
    LifeStatusQuery,
    Provenance,
    Query,
    ResidenceQuery,
    ResultKind,
)
from lienthong.onceonly import (
    ContentStore,
    EventKind,
    EvidencePolicy,
    EvidenceRefused,
    EvidenceStore,
    PaperFacts,
    load_event_rules,
)
from lienthong.onceonly._evidence_rows import end_of
from lienthong.storage import Database, new_id, tables

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # the 24th in Vietnam
PAPER = Component(code="000.00.00.G15-KQ000001", name="Giấy mẫu", type="other")
RESULT = ResultKind(code="KQ.G15.000038", name="Kết quả mẫu", valid="P6M")
OWNER = "person:033085000101"
PERSON = CitizenQuery(PersonalNumber("033085000101"), "Nguyễn Văn Mẫu", None)


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


async def test_each_childs_papers_are_kept(database: Database, store: EvidenceStore) -> None:
    """The second child's certificate takes nothing from the first's; neither stands for the other or for the parent."""
    children = ("033320000201", "033220000202")
    for child in (*children, children[0]):
        facts = PaperFacts(subject=child, owner_number=child)
        await _add(database, store, await _case(database, "verified"), result=RESULT, facts=facts)
    await _add(
        database, store, await _case(database, "verified"), facts=PaperFacts(subject=OWNER[7:])
    )
    async with database.read() as conn:
        held = [
            [item.kind for item in await store.holdings(conn, OWNER, about=f"person:{child}")]
            for child in children
        ]
        rows = (await conn.execute(select(tables.evidence))).mappings().all()
    assert held == [["result"], ["result"]]
    assert await _held(database, store) == ["paper"]
    assert [row["status"] for row in rows].count("superseded") == 1
    assert not any(child in repr([dict(row) for row in rows]) for child in children)


async def test_what_happens_to_a_child_ends_its_papers(
    database: Database, store: EvidenceStore
) -> None:
    """Both parents' copies of the child's paper end; the parents' own papers and the sister's stay."""
    rules = load_event_rules(CATALOGUE)
    store = EvidenceStore(store._sealer, store._index, store.content, "H31", events=rules)
    child, sister = "033320000201", "033220000202"
    for owner in (OWNER, "person:033085000102"):
        for about in ("", child, sister):
            facts = PaperFacts(subject=about)
            case_id = await _case(database, "verified")
            await _add(database, store, case_id, owner_key=owner, facts=facts)
    async with database.begin() as conn:
        ended = await store.happened(
            conn, owner_key=f"person:{child}", event=EventKind.DIED, now=NOW
        )
    assert len(ended) == 2
    async with database.read() as conn:
        for owner in (OWNER, "person:033085000102"):
            assert len(await store.holdings(conn, owner)) == 1
            assert len(await store.holdings(conn, owner, about=f"person:{sister}")) == 1
            assert await store.holdings(conn, owner, about=f"person:{child}") == ()


@pytest.mark.parametrize(
    ("query", "attributes", "left"),
    [
        (LifeStatusQuery(PERSON), ("personal_id", "dead"), 0),
        (LifeStatusQuery(PERSON), ("personal_id", "missing"), 1),
        (LifeStatusQuery(PERSON), ("personal_id", "dead_or_missing"), 1),
        (ResidenceQuery(PERSON, "33", "11983"), ("dead",), 1),
    ],
)
async def test_a_register_that_says_somebody_died_ends_the_papers(
    database: Database,
    store: EvidenceStore,
    query: Query,
    attributes: tuple[str, ...],
    left: int,
) -> None:
    """Only the yes to the question about death does, and only where it says dead: who is missing may come back."""
    store = EvidenceStore(
        store._sealer, store._index, store.content, "H31", events=load_event_rules(CATALOGUE)
    )
    await _add(database, store, await _case(database, "verified"))
    answer = Confirmed(
        Provenance(
            system="population",
            service="XacMinhTinhTrangChetMatTich",
            dialect="",
            channel="",
            request_id="",
            answered_at=NOW,
            sha256="cd" * 32,
        ),
        attributes,
    )
    await store.confirmed(database, query, answer, NOW)
    assert len(await _held(database, store)) == left
    async with database.read() as conn:
        events = list(await conn.scalars(select(tables.evidence_events.c.event)))
    assert events == ["died"] * (1 - left)


def test_whom_a_paper_is_about_must_be_a_number(store: EvidenceStore) -> None:
    """Anything else is refused with a sentence; the number itself is not repeated."""
    with pytest.raises(EvidenceRefused) as refused:
        store.require_keepable(PAPER, PaperFacts(subject="03332000020"), OWNER, has_content=False)
    assert "033320" not in str(refused.value)
    assert "Đề nghị" in refused.value.desk_vi


async def test_codes_are_unique_across_restarts_and_nodes(
    database: Database, store: EvidenceStore, tmp_path: Path
) -> None:
    """Stores opened anew, and several at once, never give a code twice; a code shows the prefix and nothing of the owner."""
    stores = [
        EvidenceStore(
            store._sealer, store._index, store.content, "H31", EvidencePolicy("H31.14-SH")
        )
        for _ in range(4)
    ]
    case_id = await _case(database, "verified")
    await asyncio.gather(*(_add(database, stores[number % 4], case_id) for number in range(40)))
    script = (
        "from lienthong.onceonly._evidence_codes import digitisation_code as new;"
        "print(*(new('H31.14-SH') for _ in range(20000)))"
    )
    runs = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    told = [code for run in runs for code in (await run.communicate())[0].decode().split()]
    async with database.read() as conn:
        codes = list(await conn.scalars(select(tables.evidence.c.digitisation_code)))
    assert len(codes) == 40
    assert len({*codes, *told}) == 40 + 40_000
    assert all(re.fullmatch(r"H31\.14-SH-[0-9A-HJKMNP-TV-Z]{16}", code) for code in (*codes, *told))


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
