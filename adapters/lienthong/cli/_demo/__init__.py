"""``lienthong demo``: a morning at a one-stop desk, through the public library, against the sandbox."""

from ._command import command

__all__ = ["command"]
