"""The closed word lists of the common interface."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """What a caller may ask of any national system (DESIGN §4)."""

    VERIFY = "verify"
    """Yes or no, per attribute."""
    LOOKUP = "lookup"
    """A record."""
    SHARE = "share"
    """Hand something over."""
    CHECK = "check"
    """Is the system well?"""


class Hop(StrEnum):
    """Where on the way something happened."""

    US = "us"
    """In this process, before a byte left or after the answer was read."""
    CHANNEL = "channel"
    """Authentication, session or envelope: token server, credentials, certificate."""
    PLATFORM = "platform"
    """The network and the gateway between us and the system (NGSP, LGSP, adapter)."""
    SYSTEM = "system"
    """The national system itself."""


class Basis(StrEnum):
    """How well the contract of a service is known."""

    SPEC = "spec"
    """An official specification or guide."""
    CODE = "code"
    """Seen in public code that calls it."""
    OURS = "ours"
    """No contract is published: ours, to be re-mapped when one is."""


class Sent(StrEnum):
    """Whether a failed request can have reached the far side."""

    NO = "no"
    """Certainly not: safe to send again."""
    MAYBE = "maybe"
    """It may have been processed: look before sending again."""
    ANSWERED = "answered"
    """The far side answered; sending the same again gives the same."""
