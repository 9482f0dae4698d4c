"""The statuses of a case: every step of the table, and no other."""

from __future__ import annotations

import itertools

import pytest

from lienthong.cases import STATUS_NAMES_VI, Status, StepNotAllowed, errors
from lienthong.cases._statuses import ABANDONED, FINAL, read_status, require_step
from lienthong.interface import InvalidRequest, LienthongError

ALLOWED = {
    "1": {"2", "3", "7"},
    "2": {"4", "5", "6", "7", "8", "9"},
    "3": set(),
    "4": {"5", "6", "7", "8", "9"},
    "5": {"4", "7", "8"},
    "6": {"4", "7", "8"},
    "7": set(),
    "8": {"10"},
    "9": {"10"},
    "10": set(),
}


@pytest.mark.parametrize(("current", "target"), list(itertools.product(Status, Status)))
def test_every_step(current: Status, target: Status) -> None:
    """Allowed steps pass; others are refused by a sentence that says where the case can go."""
    if target.value in ALLOWED[current.value]:
        require_step(current, target)
        return
    with pytest.raises(StepNotAllowed, match="can go to"):
        require_step(current, target)


def test_final_statuses_lead_nowhere_and_every_status_has_a_name() -> None:
    """What has ended stays ended; the hub's ten statuses are all named in Vietnamese."""
    assert {status.value for status in FINAL} == {key for key, to in ALLOWED.items() if not to}
    assert ABANDONED < FINAL
    assert STATUS_NAMES_VI.keys() == set(Status)


@pytest.mark.parametrize("wrong", ["0", "11", "", "hai", "02", " 2"])
def test_a_wrong_status_is_a_sentence(wrong: str) -> None:
    """A number that is none is the caller's mistake, by name."""
    assert read_status("2") is Status.ACCEPTED
    with pytest.raises(InvalidRequest, match="status") as caught:
        read_status(wrong)
    assert caught.value.desk_vi != LienthongError.desk_vi


def test_every_error_of_the_room_speaks_to_the_desk() -> None:
    """Each concrete error has a code of its own, a Vietnamese sentence and advice for the operator."""
    kinds = [getattr(errors, name) for name in errors.__all__ if name != "CaseError"]
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert kind.desk_vi != LienthongError.desk_vi
        assert kind.operator
