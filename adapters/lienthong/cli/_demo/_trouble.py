"""What goes wrong during the morning, and when: by the number of the case, so that every run is alike."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lienthong.cli._child import Admin


@dataclass(frozen=True, slots=True)
class Event:
    """From this share of the morning on, a system misbehaves (or no longer does)."""

    share: float
    system: str
    fault: Mapping[str, Any] | None
    vi: str


EVENTS: Final = (
    Event(0.10, "land", {"latency_ms": 350}, "đất đai trả lời chậm"),
    Event(0.22, "population", {"outage": "refused"}, "dân cư ngừng hoạt động"),
    Event(0.42, "population", None, "dân cư hoạt động trở lại"),
    Event(
        0.50,
        "social_insurance",
        {"status": 429, "retry_after_s": 1, "rate": 0.7},
        "bảo hiểm hạn chế lượt gọi",
    ),
    Event(0.75, "social_insurance", None, "bảo hiểm hết hạn chế"),
    Event(0.85, "land", None, "đất đai trả lời nhanh trở lại"),
)


class Trouble:
    """Fires the events as the morning goes on."""

    def __init__(self, admin: Admin, cases: int) -> None:
        self._admin = admin
        self._due = [(round(event.share * cases), event) for event in EVENTS]
        self._lock = asyncio.Lock()
        self.now = ""
        """The last thing that happened, in Vietnamese."""

    async def before(self, index: int) -> None:
        """Lets happen what is due before a case."""
        async with self._lock:
            while self._due and self._due[0][0] <= index:
                _, event = self._due.pop(0)
                path = f"faults/{event.system}"
                if event.fault is None:
                    await asyncio.to_thread(self._admin.call, "DELETE", path)
                else:
                    await asyncio.to_thread(self._admin.call, "PUT", path, event.fault)
                self.now = event.vi

    async def over(self) -> None:
        """Heals everything."""
        self._due.clear()
        await asyncio.to_thread(self._admin.call, "DELETE", "faults")
        self.now = "mọi hệ thống đã hoạt động bình thường"
