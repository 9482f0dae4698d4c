"""The place of the access rules: no case, no call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienthong.guard import AccessPolicy, OpenCaseOnly
from lienthong.interface import CaseRequired, Purpose

PURPOSE = Purpose("H31.14-261123-0001", "1.004222", "desk-1", "H31.14", "identity of the applicant")
POLICY: AccessPolicy = OpenCaseOnly()


def test_a_case_with_an_officer_may_ask() -> None:
    """An open case is purpose enough for now."""
    assert POLICY.decide(PURPOSE, "population", "TraCuuThongTinCongDan") is None


@pytest.mark.parametrize(
    "purpose",
    [
        None,
        replace(PURPOSE, dossier=""),
        replace(PURPOSE, dossier="  "),
        replace(PURPOSE, officer=""),
    ],
)
def test_no_case_or_no_officer_may_not(purpose: Purpose | None) -> None:
    """Without a case or an officer nothing is asked, and the error says what to do."""
    with pytest.raises(CaseRequired, match="open a case"):
        POLICY.decide(purpose, "population", "TraCuuThongTinCongDan")
