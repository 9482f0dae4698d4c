"""The blocking twin: threads share it, an interrupt frees it, and its end leaves nobody waiting."""

from __future__ import annotations

import asyncio
import inspect
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lienthong import Applicant, IdentityVerdict, Paper, Status, blocking, cases
from lienthong.interface import LienthongError
from lienthong.settings import Settings
from lienthong_sandbox import Fault, Sandbox

from .conftest import CATALOGUE, new_dossier, pdf, read_settings

PROCEDURE = "1.004873"


@dataclass
class Running:
    """A sandbox in a thread of its own, as if it were far away."""

    folder: Path
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    ready: threading.Event = field(default_factory=threading.Event)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    sandbox: Sandbox = field(init=False)

    def serve(self) -> None:
        async def work() -> None:
            async with Sandbox(self.folder, catalogue=CATALOGUE) as self.sandbox:
                self.ready.set()
                await self.stop.wait()

        self.loop.run_until_complete(work())
        self.loop.close()

    def put(self, system: str, fault: Fault) -> None:
        """Sets a fault from outside."""
        asyncio.run_coroutine_threadsafe(self.sandbox.faults.put(system, fault), self.loop).result()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """The sandbox, far away."""
    far = Running(tmp_path / "sandbox")
    thread = threading.Thread(target=far.serve)
    thread.start()
    assert far.ready.wait(20)
    yield far
    far.loop.call_soon_threadsafe(far.stop.set)
    thread.join()


@pytest.fixture
def settings(running: Running, tmp_path: Path, sqlite_template: Path) -> Settings:
    """A desk's settings with a store of its own."""
    (tmp_path / "desk.db").write_bytes(sqlite_template.read_bytes())
    return read_settings(running.sandbox, tmp_path, f"sqlite:///{tmp_path / 'desk.db'}")


def _applicant(sandbox: Sandbox, key: str) -> Applicant:
    declared = sandbox.personas[key].declared
    return Applicant.citizen(
        personal_id=declared.number, full_name=declared.name, birth_date=declared.birth
    )


def _open(door: blocking.OneStop, running: Running, key: str = "pham-dung") -> blocking.Case:
    return door.open_case(
        dossier=new_dossier(),
        procedure=PROCEDURE,
        officer="canbo01",
        agency="H31.14",
        applicant=_applicant(running.sandbox, key),
    )


def test_the_twin_offers_what_the_original_offers() -> None:
    """Same names, same arguments, same defaults; what only the settler uses stays out."""
    for twin, original, left_out in (
        (blocking.OneStop, cases.OneStop, {"desk"}),
        (blocking.Case, cases.Case, {"load", "reverify", "settle", "expire_identity"}),
    ):
        names = {name for name in dir(original) if not name.startswith("_")} - left_out
        assert names <= set(dir(twin))
        for name in names:
            method = inspect.getattr_static(original, name)
            if isinstance(method, property | classmethod):
                continue
            ours = inspect.signature(getattr(twin, name)).parameters
            theirs = inspect.signature(getattr(original, name)).parameters
            assert [str(item) for item in ours.values()] == [str(item) for item in theirs.values()]


def test_many_threads_share_one_door(running: Running, settings: Settings) -> None:
    """Twelve desks in twelve threads each serve their citizen through one door."""
    keys = ["nguyen-an", "tran-binh", "le-cuong", "pham-dung", "hoang-giang", "bui-hai"] * 2

    with blocking.OneStop.from_config(settings) as door:

        def serve(key: str) -> Status:
            case = _open(door, running, key)
            assert case.verify().verdict is IdentityVerdict.VERIFIED
            for item in case.plan_documents().asked:
                case.accept(Paper(item.component, pdf("scan")))
            case.advance("4")
            case.close()
            return door.case(case.dossier).status

        with ThreadPoolExecutor(12) as desks:
            assert set(desks.map(serve, keys)) == {Status.RETURNED}
        assert len(door.cases().cases) == 12
        assert door.settle().waiting == 0


def test_errors_are_the_same(running: Running, settings: Settings) -> None:
    """A refusal crosses the threads as it is."""
    with blocking.OneStop.from_config(settings) as door:
        case = _open(door, running)
        with pytest.raises(LienthongError) as caught:
            case.advance(Status.RETURNED)
        assert caught.value.code == "step_not_allowed"


def test_one_door_inside_another(running: Running, settings: Settings) -> None:
    """Nested use has two loops and two names; nothing waits for itself."""
    with (
        blocking.OneStop.from_config(settings) as outer,
        blocking.OneStop.from_config(settings) as inner,
    ):
        case = _open(outer, running)
        assert inner.case(case.dossier).id == case.id
        assert inner.case(case.dossier).verify().verdict is IdentityVerdict.VERIFIED


async def test_it_works_where_another_loop_runs(running: Running, settings: Settings) -> None:
    """Called inside somebody's event loop it blocks that loop, as a blocking call does, and answers."""
    with blocking.OneStop.from_config(settings) as door:
        assert _open(door, running).verify().verdict is IdentityVerdict.VERIFIED


def test_its_own_loop_may_not_call_it(running: Running, settings: Settings) -> None:
    """Where it would wait for itself for ever it says so."""
    with blocking.OneStop.from_config(settings) as door:
        case = _open(door, running)

        async def inside() -> None:
            case.verify()

        with pytest.raises(RuntimeError, match="own event loop"):
            door._loop.run(inside())


def test_an_interrupt_frees_the_desk(running: Running, settings: Settings) -> None:
    """Ctrl-C during a slow call ends the wait at once; the audit log has the call, and the door still works."""
    running.put("population", Fault(latency_ms=4000))
    main = threading.get_ident()
    with blocking.OneStop.from_config(settings) as door:
        case = _open(door, running)

        def interrupt_when_asked() -> None:
            for _ in range(1000):
                if running.sandbox.journal.entries("population"):
                    break
                waited.wait(0.01)
            signal.pthread_kill(main, signal.SIGINT)

        waited = threading.Event()
        watcher = threading.Thread(target=interrupt_when_asked)
        watcher.start()
        with pytest.raises(KeyboardInterrupt):
            case.verify()
        watcher.join()
        running.put("population", Fault())
        assert case.verify().verdict is IdentityVerdict.VERIFIED
        desk = door._one_stop.desk
        assert "cancelled" in {
            record.outcome for record in door._loop.run(desk.audit.search(dossier=case.dossier))
        }


def test_the_end_cuts_off_other_threads(running: Running, settings: Settings) -> None:
    """A thread in mid-call gets an error instead of waiting for ever; later calls get it at once."""
    running.put("population", Fault(latency_ms=5000))
    ended: list[BaseException] = []
    with blocking.OneStop.from_config(settings) as door:
        case = _open(door, running)

        def ask() -> None:
            try:
                case.verify()
            except RuntimeError as error:
                ended.append(error)

        slow = threading.Thread(target=ask)
        slow.start()
        while slow.is_alive() and not running.sandbox.journal.entries("population"):
            slow.join(0.01)
    slow.join(5)
    assert not slow.is_alive()
    assert "has ended" in str(ended[0])
    late: list[Any] = [case.verify, case.decisions, door.settle]
    for call in late:
        with pytest.raises(RuntimeError, match="has ended"):
            call()
