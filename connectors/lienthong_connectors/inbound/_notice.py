"""Base of what we are told, and files behind links."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Notice(BaseModel):
    """Frozen; a notice that ends up in a log by mistake shows its type only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class InboundFile(Notice):
    """A file to be fetched from a link."""

    name: str
    extension: str = ""
    """With its dot."""
    url: str
    trusted: bool
    """Whether the link's host is one of those configured: fetch no other, and send no token to another."""
    originals: int = 0
    copies: int = 0
