"""One case from opening to the hub, as a process of its own that can be killed at a named moment.

Usage: ``python desk_script.py CONFIG DOSSIER [MOMENT]``. Run again without a moment it goes on where it was killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

from lienthong import Applicant, Case, IssuedResult, OneStop, Paper, Status
from lienthong.cases._file import CaseFile
from lienthong.gateway import Gateway
from lienthong.hub import Outbox
from lienthong.onceonly import EvidenceStore

CERTIFICATE = "KQ.G15.000038"
MOMENTS: dict[str, tuple[Any, str, int, bool]] = {
    # moment: (class, method, which call of it, after it instead of before)
    "verified-not-kept": (CaseFile, "_read", 2, False),
    "answered-not-kept": (Gateway, "lookup", 1, True),
    "planned-not-written": (CaseFile, "file_decisions", 1, False),
    "plan-half-written": (CaseFile, "file_decisions", 1, True),
    "paper-filed-not-committed": (EvidenceStore, "add_paper", 1, True),
    "accepted-half-told": (Outbox, "enqueue", 2, True),
    "result-filed-not-committed": (EvidenceStore, "add_result", 1, True),
    "hub-took-it-not-noted": (Gateway, "share", 1, True),
    "hub-told-half": (Gateway, "share", 4, False),
}


def arm(moment: str) -> None:
    """Makes the process end by SIGKILL at a moment, as a power cut would."""
    owner, name, which, after = MOMENTS[moment]
    method = getattr(owner, name)
    calls = 0

    async def deadly(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == which and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = await method(*args, **options)
        if calls == which:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(owner, name, deadly)


def _pdf(text: str) -> bytes:
    return f"%PDF-1.4\n% {text}\nstartxref\n0\n%%EOF\n".encode()


async def work(case: Case) -> None:
    """Everything a clerk does with a case; each click may be the second one."""
    if case.status is Status.RETURNED:
        return
    await case.verify()
    plan = await case.plan_documents()
    for item in plan.asked:
        await case.accept(Paper(item.component, _pdf(item.component)))
    if case.status is Status.REGISTERED:
        await case.accept()
    if case.status is Status.ACCEPTED:
        await case.advance(Status.IN_PROCESS, "Chuyển xử lý")
    await case.close(IssuedResult(CERTIFICATE, _pdf("result")))


async def main(config: str, dossier: str) -> None:
    """The whole morning of one citizen."""
    applicant = Applicant.citizen(
        personal_id="033195000404", full_name="Phạm Thị Dung Mẫu", birth_date="09/01/1995"
    )
    async with OneStop.from_config(config) as one_stop:
        case = await one_stop.open_case(
            dossier=dossier,
            procedure="1.004873",
            officer="canbo01",
            agency="H31.14",
            applicant=applicant,
        )
        await work(case)
        for _ in range(100):
            if (await one_stop.desk.sync.drain(10.0)).waiting == 0:
                return
            await asyncio.sleep(0.3)  # a lease of the killed process runs out
        sys.exit("the hub was not told in time")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        arm(sys.argv[3])
    asyncio.run(main(sys.argv[1], sys.argv[2]))
