"""Base of all messages."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class MessageBase(BaseModel):
    """Frozen, unknown fields refused; a message that ends up in a log by mistake shows its type only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__
