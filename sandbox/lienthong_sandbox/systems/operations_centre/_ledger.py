"""What the hub keeps: dossiers with their newest content, and every progress step it ever accepted.

Every accepted write is one JSON line appended to a file before the hub answers, and the file is replayed at start, so
the hub survives being killed. The process's own buffers are flushed, the disk's are not: the emulated machine does
not lose power.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Record = Mapping[str, Any]

ADD = "add"
UPDATE = "update"
PROGRESS = "progress"
RATING = "rating"
OUTCOME = "outcome"
QUESTION = "question"
ANSWER = "answer"
_OTHERS = (RATING, OUTCOME, QUESTION, ANSWER)


@dataclass(slots=True)
class _Dossier:
    content: bytes
    status: str
    adds: int = 0
    updates: int = 0
    steps: list[tuple[str, str]] = field(default_factory=list)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    duplicates: int = 0
    out_of_order: int = 0


class Ledger:
    """The hub's memory, in one file.

    Args:
        path: The file of JSON lines; made when absent, replayed when present. A last line cut off by a kill was
            never answered and is dropped.

    Raises:
        ValueError: A complete line of the file cannot be read; the message says which.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._dossiers: dict[str, _Dossier] = {}
        self._others: dict[str, list[Record]] = {kind: [] for kind in _OTHERS}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._replay()

    def __contains__(self, code: str) -> bool:
        return code in self._dossiers

    def dossier(self, code: str) -> Record | None:
        """The newest content of a dossier as it was sent, or ``None``."""
        found = self._dossiers.get(code)
        if found is None:
            return None
        content: Record = json.loads(found.content)
        return content

    def dossiers(self) -> Iterator[Record]:
        """The newest content of every dossier."""
        for found in self._dossiers.values():
            yield json.loads(found.content)

    def repeats(self, step: Record) -> bool:
        """Whether a progress step of a known dossier came before."""
        return _likeness(step) in self._dossiers[step["MaHoSo"]].seen

    def steps(self, code: str) -> Sequence[tuple[str, str]]:
        """The steps of a known dossier as ``(ThoiDiemXuLy, TrangThai)`` in order of arrival."""
        return self._dossiers[code].steps

    def others(self, kind: str) -> Sequence[Record]:
        """Every accepted record of a kind that is neither dossier nor step: rating, outcome, question, answer."""
        return self._others[kind]

    def write(self, kind: str, records: Sequence[Record]) -> None:
        """Keeps one accepted call (``add``, ``update``, ``progress``, ``rating`` …): on file first, then in memory."""
        line = json.dumps(
            {"kind": kind, "data": records}, ensure_ascii=False, separators=(",", ":")
        )
        with self._path.open("ab") as file:
            file.write(line.encode("utf-8") + b"\n")
        self._apply(kind, records)

    def summary(self) -> dict[str, object]:
        """Counts over all dossiers: ``dossiers``, ``by_status``, ``steps``, ``duplicate_steps``, ``out_of_order``, ``ratings`` …"""
        dossiers = self._dossiers.values()
        return {
            "dossiers": len(self._dossiers),
            "by_status": dict(sorted(Counter(found.status for found in dossiers).items())),
            "steps": sum(len(found.steps) for found in dossiers),
            "duplicate_steps": sum(found.duplicates for found in dossiers),
            "out_of_order": sum(found.out_of_order for found in dossiers),
            **{f"{kind}s": len(records) for kind, records in self._others.items()},
        }

    def detail(self) -> dict[str, dict[str, object]]:
        """Per dossier code: ``adds``, ``updates`` and ``steps`` as ``[ThoiDiemXuLy, TrangThai]`` in order of arrival."""
        return {
            code: {
                "adds": found.adds,
                "updates": found.updates,
                "steps": [list(step) for step in found.steps],
            }
            for code, found in self._dossiers.items()
        }

    def _replay(self) -> None:
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with self._path.open("r+b") as file:
                file.truncate(whole)
        for number, line in enumerate(content[:whole].splitlines(), start=1):
            try:
                entry = json.loads(line)
                self._apply(entry["kind"], entry["data"])
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(
                    f"{self._path.name}, line {number} cannot be read; remove the file to start with an empty hub"
                ) from error

    def _apply(self, kind: str, records: Sequence[Record]) -> None:
        if kind in self._others:
            self._others[kind] += records
            return
        for record in records:
            if kind == PROGRESS:
                self._step(record)
            else:
                self._content(record, kind)

    def _content(self, record: Record, kind: str) -> None:
        """The whole record is re-sent on an update and lists carry full content, so it replaces (hub page §2.5)."""
        content = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        found = self._dossiers.setdefault(record["MaHoSo"], _Dossier(content, ""))
        found.content, found.status = content, record["TrangThaiHoSo"]
        if kind == ADD:
            found.adds += 1
        else:
            found.updates += 1

    def _step(self, record: Record) -> None:
        """A step has no id and is stored as often as it comes; here only it is noticed that it came before."""
        found = self._dossiers[record["MaHoSo"]]
        moment, status = record["ThoiDiemXuLy"], record["TrangThai"]
        likeness = _likeness(record)
        if likeness in found.seen:
            found.duplicates += 1
        found.seen.add(likeness)
        if found.steps and moment < found.steps[-1][0]:
            found.out_of_order += 1
        found.steps.append((moment, status))


def _likeness(step: Record) -> tuple[str, ...]:
    fields = ("ThoiDiemXuLy", "TrangThai", "NguoiXuLy", "NoiDungXuLy")
    return tuple(step.get(name, "") for name in fields)
