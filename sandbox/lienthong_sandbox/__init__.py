"""The national systems, emulated on loopback: their protocols, their people, their faults."""

from lienthong_sandbox._faults import Fault, FaultError, FaultPlan
from lienthong_sandbox._journal import Entry, Journal
from lienthong_sandbox._sandbox import DEFAULT_PORTS, SYSTEMS, Sandbox
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._world import World

__all__ = [
    "DEFAULT_PORTS",
    "SYSTEMS",
    "Entry",
    "Fault",
    "FaultError",
    "FaultPlan",
    "Journal",
    "Sandbox",
    "TokenBook",
    "World",
]
