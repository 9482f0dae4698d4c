"""How well names are matched: false accepts and recall on the labelled set, by rule, and how fast.

The set is made by rules that know nothing of the library (`_name_pairs.py`, words in `names/words.toml`). A pair is accepted when
the library says "same"; "similar" and "different" are not. ``--csv FILE`` writes the set for `lienthong match --file`.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from _measure import finish, median, spread, table
from _name_pairs import Pair, pairs
from lienthong.identity import compare_names

ROUNDS = 5


def main() -> None:
    """Measures and prints."""
    found = list(pairs())
    if sys.argv[1:2] == ["--csv"]:
        write(found, Path(sys.argv[2]))
        return
    verdicts = [compare_names(pair.a, pair.b) for pair in found]
    reverse = [compare_names(pair.b, pair.a) for pair in found]
    rows: dict[tuple[bool, str], Counter[str]] = defaultdict(Counter)
    for pair, verdict in zip(found, verdicts, strict=True):
        rows[pair.same, pair.rule][verdict.same.value] += 1
    table(
        f"{len(found)} labelled pairs",
        ("label", "rule", "pairs", "same", "similar", "different"),
        [
            (
                "same person" if same else "another",
                rule,
                str(counts.total()),
                *(str(counts[verdict]) for verdict in ("same", "similar", "different")),
            )
            for (same, rule), counts in rows.items()
        ],
    )
    positives = sum(pair.same for pair in found)
    accepted = sum(
        bool(verdict.same) for pair, verdict in zip(found, verdicts, strict=True) if pair.same
    )
    wrong = [
        pair
        for pair, verdict in zip(found, verdicts, strict=True)
        if verdict.same and not pair.same
    ]
    missed = [
        pair
        for pair, verdict in zip(found, verdicts, strict=True)
        if pair.same and not verdict.same
    ]
    show("Accepted though another person", wrong)
    show("Not accepted though the same person", missed)
    speeds = list(timed(found))
    table("Speed", ("µs per pair", "spread"), [(f"{median(speeds):.1f}", spread(speeds))])
    finish(
        {
            "false_accepts": float(len(wrong)),
            "recall": accepted / positives,
            "pairs": float(len(found)),
            "us_per_pair": median(speeds),
        },
        positives=positives,
        negatives=len(found) - positives,
        false_rejects=len(missed),
        order_matters=sum(one != other for one, other in zip(verdicts, reverse, strict=True)),
    )


def timed(found: list[Pair]) -> list[float]:
    """Microseconds per pair, by round."""
    out = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for pair in found:
            compare_names(pair.a, pair.b)
        out.append((time.perf_counter() - started) / len(found) * 1e6)
    return out


def show(title: str, some: list[Pair]) -> None:
    """The first of the pairs that were judged wrong; all are synthetic."""
    if some:
        table(
            f"{title}: {len(some)}",
            ("rule", "a", "b"),
            [(pair.rule, ascii(pair.a), ascii(pair.b)) for pair in some[:20]],
        )


def write(found: list[Pair], file: Path) -> None:
    """The set as rows."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("a", "b", "same", "rule"))
        rows.writerows((pair.a, pair.b, str(pair.same).lower(), pair.rule) for pair in found)


if __name__ == "__main__":
    main()
