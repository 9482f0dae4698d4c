"""The national catalogue over TLS from a sandbox that changes between two synchronisations, into both databases."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lienthong.gateway import Gateway
from lienthong.guard import AuditLog, BlindIndex, Keyring, OpenCaseOnly
from lienthong.interface import (
    CaseRequired,
    CitizenListsQuery,
    DossierQuery,
    ProcedureQuery,
    Query,
)
from lienthong.onceonly import (
    Catalogue,
    CatalogueNotSynchronised,
    CatalogueReport,
    CatalogueStore,
    CatalogueSync,
    contradictions,
)
from lienthong.settings import settings_from
from lienthong.storage import Database
from lienthong_sandbox import Fault, Sandbox

SHIPPED = Path(__file__).parents[3] / "config" / "catalogue"
HUB = "operations_centre"
RESIDENCE, MARRIAGE = "1.004222", "1.000894"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@dataclass
class Nation:
    """A sandbox, our store, and the synchronisation between them."""

    sandbox: Sandbox
    db: Database
    audit: AuditLog
    gateway: Gateway
    moment: datetime = NOW

    @property
    def store(self) -> CatalogueStore:
        return CatalogueStore(self.db)

    @property
    def served(self) -> Any:
        """What the sandbox serves, to be changed."""
        return self.sandbox.systems[HUB].catalogue  # type: ignore[attr-defined]  # only the hub has one

    async def sync(
        self, advance: Callable[..., None] = lambda *_: None, **options: bool
    ) -> CatalogueReport:
        """One synchronisation, an hour after the one before."""
        self.moment += timedelta(hours=1)
        room = CatalogueSync(self.db, self.gateway, HUB, lambda: self.moment)
        return await room.run(advance, **options)

    async def sentences(self, report: CatalogueReport) -> list[str]:
        """The difference report of a synchronisation."""
        found = await self.store.changes(sync_id=report.id)
        return sorted(item.sentence_vi for change in found for item in change.differences)


@pytest_asyncio.fixture
async def nation(tmp_path: Path, database: Database) -> AsyncIterator[Nation]:
    """The shipped catalogue as the nation's; one attempt a call."""
    async with Sandbox(tmp_path / "sandbox", catalogue=SHIPPED) as sandbox:
        raw = tomllib.loads(sandbox.configuration())
        raw["systems"][HUB]["limits"] = {
            "attempts": 1, "breaker_failures": 100, "per_minute": 1_000_000,
        }  # fmt: skip
        audit = AuditLog(database, "node")
        gateway = Gateway.open(
            settings_from(raw, tmp_path),
            audit=audit,
            index=BlindIndex(Keyring.create(tmp_path / "keys.json")),
            access=OpenCaseOnly(),
        )
        yield Nation(sandbox, database, audit, gateway)
        await gateway.aclose()
        await audit.aclose()


async def test_the_first_synchronisation_brings_everything(nation: Nation) -> None:
    """Every procedure is new; the files that the nation was made from contradict it nowhere."""
    files = Catalogue.load(SHIPPED)
    seen: list[tuple[int, int]] = []
    report = await nation.sync(lambda done, total: seen.append((done, total)))
    number = len(files.procedures)
    assert (report.state, report.problem, report.failed) == ("done", "", ())
    assert (report.listed, report.fetched, report.added) == (number, number, number)
    assert seen[-1] == (number, number)

    national = await nation.store.national()
    assert set(national) == set(files.procedures)
    found = {
        code: [item.sentence_vi for item in contradictions(file, national[code])]
        for code, file in files.procedures.items()
    }
    assert {code: said for code, said in found.items() if said} == {}


async def test_a_second_synchronisation_changes_nothing(nation: Nation) -> None:
    """What is the same makes no version and no change; it is younger."""
    await nation.sync()
    report = await nation.sync()
    assert (report.added, report.changed, report.removed) == (0, 0, 0)
    seen = await nation.store.seen()
    assert {item.fetched_at for item in seen.values()} == {nation.moment}


async def test_changes_are_told_field_by_field(nation: Nation) -> None:
    """A paper comes, another goes, a third gets a replacing result and another number; a procedure comes, another goes."""
    await nation.sync()
    served = tomllib.loads((SHIPPED / f"{RESIDENCE}.toml").read_text("utf-8"))
    first, second, *rest = served["components"]
    changed = {
        **first,
        "replaced_by": [*first.get("replaced_by", ()), "KQ.G01.999999"],
        "copies": 3,
    }
    new = {"code": "000.00.00.G01-KQ999999", "name": "Giấy tờ mới", "originals": 1}
    nation.served.change(
        RESIDENCE,
        {"name": "Đăng ký thường trú (sửa)", "components": [changed, *rest, new], "TRANGTHAI": "0"},
    )
    nation.served.change("9.000001", {"name": "Thủ tục thử nghiệm"})
    nation.served.hide(MARRIAGE)
    report = await nation.sync()
    assert (report.state, report.added, report.changed, report.removed) == ("done", 1, 1, 1)
    told = await nation.sentences(report)
    case = second["case"]  # asked for in this case alone, which goes with it
    assert told == sorted(
        [
            f"Đổi tên thủ tục: {served['name']} → Đăng ký thường trú (sửa)",
            "Đổi đang công khai: có → không",
            f"Đổi {first['code']}, số bản sao: {first.get('copies', 0)} → 3",
            f"Thêm kết quả thay thế: KQ.G01.999999 thay cho {first['code']} {first['name']}",
            f"Bỏ giấy tờ: {second['code']} {second['name']} (trường hợp {case})",
            f"Bỏ trường hợp: {case}",
            "Thêm giấy tờ: 000.00.00.G01-KQ999999 Giấy tờ mới",
            "Thủ tục mới: 9.000001 Thủ tục thử nghiệm",
            f"Thủ tục không còn: {MARRIAGE} Thủ tục đăng ký kết hôn",
        ]
    )
    assert MARRIAGE not in await nation.store.national()
    history = await nation.store.changes(code=RESIDENCE)
    assert [change.before is None for change in history] == [False, True]


async def test_one_procedure_that_fails_stops_no_other(nation: Nation) -> None:
    """A procedure whose answer cannot be read keeps its last version; the others are brought up to date."""
    await nation.sync()
    nation.served.change(RESIDENCE, {"TENTTHC": ""})
    nation.served.change(MARRIAGE, {"name": "Đăng ký kết hôn (sửa)"})
    report = await nation.sync()
    assert (report.state, report.changed, [code for code, _ in report.failed]) == (
        "partial", 1, [RESIDENCE],
    )  # fmt: skip
    national = await nation.store.national()
    assert national[RESIDENCE].name == "Đăng ký thường trú"
    assert national[MARRIAGE].name == "Đăng ký kết hôn (sửa)"


async def test_an_interrupted_synchronisation_leaves_the_last_good_version(nation: Nation) -> None:
    """Cancelled half-way: every procedure is there, as before or as now, and the next run begins with the rest."""
    await nation.sync()
    before = dict(await nation.store.national())
    for code in before:
        nation.served.change(code, {"name": f"Thủ tục {code} đã sửa"})
    half = asyncio.Event()

    def advance(done: int, _total: int) -> None:
        if done == 5:
            half.set()

    task = asyncio.create_task(nation.sync(advance))
    await half.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (last,) = await nation.store.syncs()
    assert (last.state, last.problem) == ("partial", "interrupted")
    now = dict(await nation.store.national())
    assert now.keys() == before.keys()
    old = {code for code in now if now[code] == before[code]}
    assert 0 < len(old) < len(now)

    asked = len(nation.sandbox.journal.entries(HUB, "LayThuTuc"))
    report = await nation.sync()
    assert (report.state, report.changed) == ("done", len(old))
    first = {
        str(entry.body)
        for entry in nation.sandbox.journal.entries(HUB, "LayThuTuc")[asked:][: len(old) // 2]
    }
    assert all(any(code in body for code in old) for body in first)


async def test_a_list_that_lacks_much_removes_nothing(nation: Nation) -> None:
    """Half the catalogue gone is a broken list, until somebody says that it is so."""
    await nation.sync()
    national = await nation.store.national()
    for code in sorted(national)[::2]:
        nation.served.hide(code)
    report = await nation.sync()
    assert (report.state, report.problem, report.removed) == ("partial", "short_list", 0)
    assert set(await nation.store.national()) == set(national)
    report = await nation.sync(accept_removals=True)
    assert (report.state, report.removed) == ("done", len(sorted(national)[::2]))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(html_page=True),
        Fault(nulls=True),
        Fault(truncate=True),
        Fault(status=503),
        Fault(wrong_charset=True),
        Fault(oversize_mb=200),
    ],
    ids=["html", "nulls", "truncated", "503", "charset", "oversize"],
)
async def test_hostile_answers_change_nothing(nation: Nation, fault: Fault) -> None:
    """Whatever the hub answers to list or procedures, the last good catalogue stays and the end is written down."""
    await nation.sync()
    before = dict(await nation.store.national())
    await nation.sandbox.faults.put(HUB, fault, "LayDanhSachTTHC")
    with pytest.raises(CatalogueNotSynchronised):
        await nation.sync()
    (last,) = await nation.store.syncs()
    assert (last.state, last.problem) == ("failed", "catalogue_not_synchronised")

    await nation.sandbox.faults.clear(HUB)
    await nation.sandbox.faults.put(HUB, fault, "LayThuTuc")
    report = await nation.sync()
    assert (report.state, report.problem, report.fetched) == ("partial", "outage", 0)
    assert dict(await nation.store.national()) == before


async def test_every_question_is_in_the_audit_log_with_its_job(nation: Nation) -> None:
    """No case, no officer, no agency; the reason names the job."""
    report = await nation.sync()
    await nation.audit.aclose()
    log = await nation.audit.search(dossier="")
    assert len(log) == report.fetched + 1
    assert {(item.dossier, item.officer, item.reason) for item in log} == {
        ("", "", "job catalogue")
    }
    assert {item.procedure for item in log} - {""} == set(await nation.store.national())


@pytest.mark.parametrize(
    ("job", "query"),
    [
        ("catalogue", DossierQuery("H31.14-261124-0001")),
        ("catalogue", CitizenListsQuery()),
        ("sync", ProcedureQuery(RESIDENCE)),
        ("", ProcedureQuery(RESIDENCE)),
    ],
)
async def test_a_job_asks_nothing_but_its_own(nation: Nation, job: str, query: Query) -> None:
    """A job is no way around the case: what is not its own leaves neither a call nor an entry."""
    with pytest.raises(CaseRequired):
        await nation.gateway.fetch(HUB, query, job=job)
    assert nation.sandbox.journal.entries(HUB) == []


async def test_a_source_without_papers_is_not_taken(nation: Nation, tmp_path: Path) -> None:
    """The portal's public pages show no papers: no version is made of them, and it is asked for one procedure only."""
    raw = tomllib.loads(nation.sandbox.configuration())
    hub = raw["systems"][HUB]
    public = {"dialect": "public", "url": f"{hub['url']}/api/v1", "channel": {"kind": "open"}}
    raw["systems"] = {HUB: {**hub, **public}}
    gateway = Gateway.open(
        settings_from(raw, tmp_path),
        audit=nation.audit,
        index=BlindIndex(Keyring.load(tmp_path / "keys.json")),
        access=OpenCaseOnly(),
    )
    report = await CatalogueSync(nation.db, gateway, HUB, lambda: NOW).run()
    await gateway.aclose()
    assert (report.state, report.problem, report.added) == ("partial", "incomplete", 0)
    assert report.listed == len(nation.served)
    assert await nation.store.seen() == {}


async def test_files_win_and_are_filled(nation: Nation) -> None:
    """A file keeps what it says, gets what it does not say, and what differs is told; other procedures are the nation's."""
    await nation.sync()
    file = tomllib.loads((SHIPPED / f"{RESIDENCE}.toml").read_text("utf-8"))
    papers = [dict(item) for item in file["components"]]
    silent = next(item for item in papers if not item.get("replaced_by"))
    silent["replaced_by"] = ["KQ.G01.999999"]
    nation.served.change(
        RESIDENCE,
        {"components": [*papers, {"code": "000.00.00.G01-KQ999999", "name": "Giấy tờ mới"}], "fee": not file["fee"]},
    )  # fmt: skip
    nation.served.change("9.000001", {"name": "Thủ tục thử nghiệm"})
    nation.served.change("9.000002", {"name": "Thủ tục hết hiệu lực", "TRANGTHAI": "0"})
    await nation.sync()
    local = Catalogue.load(SHIPPED)
    catalogue = replace(local, national=await nation.store.national())

    known = catalogue.procedure(RESIDENCE)
    ours = {item.code: item for item in local.procedure(RESIDENCE).components}
    assert [item.code for item in known.components] == list(ours)
    filled = next(item for item in known.components if item.code == silent["code"])
    assert filled.replaced_by == ("KQ.G01.999999",)
    assert filled.type == ours[silent["code"]].type
    assert known.fee is local.procedure(RESIDENCE).fee
    said = [
        item.sentence_vi
        for item in contradictions(local.procedure(RESIDENCE), catalogue.national[RESIDENCE])
    ]
    assert "Thêm giấy tờ: 000.00.00.G01-KQ999999 Giấy tờ mới" in said
    assert any(text.startswith("Đổi có phí, lệ phí") for text in said)
    assert len(said) == 2
    assert catalogue.procedure("9.000001").name == "Thủ tục thử nghiệm"
    assert catalogue.find("9.000002") is None


async def test_a_long_list_comes_whole_and_is_held_small(nation: Nation) -> None:
    """Three hundred more procedures: each is there, and held in less than 1 KB until it is asked for."""
    await nation.sync()
    nation.served.generate(300)
    report = await nation.sync()
    national = await nation.store.national()
    assert (report.state, report.added, len(national)) == ("done", 300, report.listed)
    assert national["9.000300"].name == "Thủ tục mẫu số 300"
    packed = sum(len(national._packed[code]) for code in national)
    assert packed < 1000 * len(national)
