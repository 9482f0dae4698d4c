"""The evidence store against a simple model, through random lives of its evidence."""

from __future__ import annotations

from .model import play


def test_only_what_holds_is_reused() -> None:
    """Expired, revoked, superseded, overtaken, another's, out of scope, badly signed or declined is never reused."""
    counts = play(examples=12, steps=20)
    assert counts["wrong_reuse"] == 0
    assert counts["reused"] > 0
