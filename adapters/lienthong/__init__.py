"""Liên thông: one interface from a provincial one-stop system to the national databases and the Government hub.

.. code-block:: python

    from lienthong import Applicant, OneStop

    async with OneStop.from_config("config/sandbox.toml") as one_stop:
        case = await one_stop.open_case(...)

Names are loaded on first use, so that importing the package (and the command line's help) stays fast. Callers without
an event loop use :mod:`lienthong.blocking`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lienthong.cases import (
        Case,
        IdentityVerdict,
        IssuedResult,
        OneStop,
        Paper,
        Status,
        Verification,
    )
    from lienthong.identity import IdentityError
    from lienthong.interface import LienthongError
    from lienthong.onceonly import Applicant, Decision, PaperFacts, Plan, Verdict
    from lienthong.settings import Settings, load_settings

__version__ = "0.1.0"

__all__ = [
    "Applicant",
    "Case",
    "Decision",
    "IdentityError",
    "IdentityVerdict",
    "IssuedResult",
    "LienthongError",
    "OneStop",
    "Paper",
    "PaperFacts",
    "Plan",
    "Settings",
    "Status",
    "Verdict",
    "Verification",
    "load_settings",
]

_HOMES = {
    "Applicant": "lienthong.onceonly",
    "Case": "lienthong.cases",
    "Decision": "lienthong.onceonly",
    "IdentityError": "lienthong.identity",
    "IdentityVerdict": "lienthong.cases",
    "IssuedResult": "lienthong.cases",
    "LienthongError": "lienthong.interface",
    "OneStop": "lienthong.cases",
    "Paper": "lienthong.cases",
    "PaperFacts": "lienthong.onceonly",
    "Plan": "lienthong.onceonly",
    "Settings": "lienthong.settings",
    "Status": "lienthong.cases",
    "Verdict": "lienthong.onceonly",
    "Verification": "lienthong.cases",
    "load_settings": "lienthong.settings",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(home), name)
