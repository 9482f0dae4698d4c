"""Outcomes: what a call can come back with. They are answers, not errors.

=================  ============================================================  ==================
outcome            meaning                                                       shown to the caller
=================  ============================================================  ==================
``Confirmed``      the system says yes to what was asked                         yes
``Found``          a record                                                      the record
``Accepted``       the system took what was handed over (or had it already)      the receipt
``Rejected``       the system read it and will not take it as it is              code and message
``NotFound``       no such subject                                               like ``Ambiguous``
``Ambiguous``      several subjects fit                                          like ``NotFound``
``Mismatch``       the system says no                                            no
``NotLicensed``    we, the procedure or the officer may not ask this             ask for the paper
``Throttled``      our quota is used up                                          provisional
``Unavailable``    no usable answer, or the breaker is open                      provisional
``Deferred``       the answer comes later, under a ticket                        provisional
=================  ============================================================  ==================
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from ._messages import Receipt
from ._records import Provenance, Record
from ._vocabulary import Hop

R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The system says yes: the attributes sent belong together."""

    provenance: Provenance
    attributes: tuple[str, ...]
    """Names of the attributes that were sent and so confirmed."""
    caution_vi: str = ""
    """What the desk must look at all the same, one Vietnamese sentence; empty for a plain yes."""
    caution_en: str = ""
    kind = "confirmed"


@dataclass(frozen=True, slots=True)
class Found(Generic[R_co]):
    """A record."""

    record: R_co
    provenance: Provenance
    kind = "found"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The system took the message."""

    receipt: Receipt
    provenance: Provenance
    already: bool = False
    """The system had it before: counts as success (insurance page §4.2, hub page §2.5)."""
    kind = "accepted"


@dataclass(frozen=True, slots=True)
class Rejected:
    """The system read the message and will not take it as it is."""

    code: str
    message: str
    provenance: Provenance
    reason: str = "refused"
    """``refused``, ``exists`` (send as update), ``unknown`` (send as new)."""
    kind = "rejected"


@dataclass(frozen=True, slots=True)
class NotFound:
    """No such subject. Refuse exactly like :class:`Ambiguous` towards the caller; only the audit log tells them apart."""

    provenance: Provenance
    kind = "not_found"


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several subjects fit. Refuse exactly like :class:`NotFound` towards the caller."""

    provenance: Provenance
    count: int
    kind = "ambiguous"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The system says no: the attributes do not belong together, or nobody has them (the wire does not tell which)."""

    provenance: Provenance
    kind = "mismatch"


@dataclass(frozen=True, slots=True)
class NotLicensed:
    """We, the procedure or the officer are not allowed to ask this."""

    system: str
    service: str
    reason: str
    kind = "not_licensed"


@dataclass(frozen=True, slots=True)
class Throttled:
    """The quota is used up, ours or theirs."""

    system: str
    service: str
    retry_at: datetime
    kind = "throttled"


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No usable answer in time, or the breaker is open."""

    system: str
    service: str
    hop: Hop
    reason: str
    """Code of the error behind it (``unreachable``, ``maybe_arrived``, ``credentials_refused``, ``breaker_open``, ``deadline`` …)."""
    retry_at: datetime
    may_have_arrived: bool = False
    kind = "unavailable"


@dataclass(frozen=True, slots=True)
class Deferred:
    """The answer comes later."""

    ticket: str
    provenance: Provenance
    kind = "deferred"


Refusal = NotFound | Ambiguous | Mismatch | NotLicensed
"""Answers that are final for this question."""

Pending = Throttled | Unavailable | Deferred
"""No answer yet: accept provisionally and ask again later."""

VerifyOutcome = Confirmed | Refusal | Pending
LookupOutcome = Found[Record] | Refusal | Pending
ShareOutcome = Accepted | Rejected | NotLicensed | Pending
Outcome = Confirmed | Found[Record] | Accepted | Rejected | Refusal | Pending
