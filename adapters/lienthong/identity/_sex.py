"""Sex as the registers record it."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Sex"]


class Sex(StrEnum):
    """Sex of a person. Each system codes it in its own way (insurance page §9): connectors translate."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def vietnamese(self) -> str:
        """The word for screens: Nam, Nữ, Khác, Chưa rõ."""
        return _VIETNAMESE[self]


_VIETNAMESE = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ", Sex.OTHER: "Khác", Sex.UNKNOWN: "Chưa rõ"}
