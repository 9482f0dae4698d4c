"""One case: the purpose of every look-up. Verify, plan, accept, advance, close; each change is told to the hub."""

from __future__ import annotations

from ._identity import CaseIdentity
from ._steps import CaseSteps
from ._wrong_value_report import CaseWrongValues


class Case(CaseIdentity, CaseSteps, CaseWrongValues):
    """An open case. Get one from ``OneStop.open_case`` or ``OneStop.case``; it reads its state from the store at each step.

    What somebody else did meanwhile therefore counts: papers are added to the case as it is, a look-up in a case that
    ended is refused, and a step chosen by looking at a former status is refused with ``CaseChanged``.
    """
