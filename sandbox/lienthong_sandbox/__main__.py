"""``python -m lienthong_sandbox``: starts the five systems and runs until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from io import TextIOWrapper
from pathlib import Path

from lienthong_sandbox._faults import FaultError
from lienthong_sandbox._introduction import introduction
from lienthong_sandbox._plan_file import PlanFile, read_plan
from lienthong_sandbox._sandbox import DEFAULT_PORTS, Sandbox


def main(arguments: list[str] | None = None) -> int:
    """Runs the sandbox; 0 after a clean stop, 2 when it cannot start (the reason is on standard error)."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal without Vietnamese letters must not stop the start.
        sys.stdout.reconfigure(errors="replace")
    try:
        plan = read_plan(options.plan) if options.plan else PlanFile({}, {})
        asyncio.run(_run(options, plan))
    except (FaultError, OSError) as error:
        sys.stderr.write(f"Không khởi động được · cannot start: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lienthong_sandbox",
        description="The national systems of Liên thông, emulated on loopback with synthetic people.",
        epilog="example: python -m lienthong_sandbox --state .sandbox --catalogue config/catalogue",
    )
    add = parser.add_argument
    add("--state", type=Path, required=True, help="folder for the CA and what the systems keep")
    add("--catalogue", type=Path, help="folder of procedure files, served by the operations centre")
    add(
        "--ports", choices=("fixed", "free"), default="fixed", help="7100 to 7105, or any free ones"
    )
    add("--seed", type=int, default=0, help="makes faults reproducible (default: 0)")
    add(
        "--channel",
        action="append",
        default=[],
        metavar="SYSTEM=NAME",
        help="the way into a system that the printed configuration takes, e.g. population=lgsp",
    )
    add("--plan", type=Path, help="TOML file of faults and settings to start with")
    add(
        "--ready-file",
        type=Path,
        help="written as JSON once every port listens, removed at the end",
    )
    return parser


async def _run(options: argparse.Namespace, plan: PlanFile) -> None:
    if options.ready_file:
        # One left by a killed run would tell the waiting side a lie.
        options.ready_file.unlink(missing_ok=True)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sandbox = Sandbox(
        options.state,
        ports=DEFAULT_PORTS if options.ports == "fixed" else None,
        catalogue=options.catalogue,
        seed=options.seed,
        settings=plan.settings,
        channels=dict(one.partition("=")[::2] for one in options.channel),
    )
    async with sandbox:
        for (system, service), fault in plan.faults.items():
            await sandbox.faults.put(system, fault, service)
        if options.ready_file:
            _write_whole(options.ready_file, _ready(sandbox))
        sys.stdout.write(introduction(sandbox))
        sys.stdout.flush()
        await stop.wait()
    if options.ready_file:
        options.ready_file.unlink(missing_ok=True)


def _ready(sandbox: Sandbox) -> str:
    facts = {
        "pid": os.getpid(),
        "admin": sandbox.admin_url,
        "urls": sandbox.urls,
        "ca": str(sandbox.ca),
    }
    return json.dumps(facts)


def _write_whole(path: Path, text: str) -> None:
    """Whoever waits for the file never sees half of it."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
