"""What an explanation of an identifier consists of."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Explanation", "Part", "Remark"]


@dataclass(frozen=True, slots=True)
class Part:
    """One group of characters of an identifier and what it means.

    ``text`` is the group as it stands in the value (masked if the explanation is); ``meaning_vi`` and ``meaning_en`` are empty
    where the group carries none. ``source`` names the rule: a law, or the page of the reference that records the practice.
    ``private`` groups single a person out and are masked unless asked for.
    """

    label_vi: str
    label_en: str
    text: str
    meaning_vi: str
    meaning_en: str
    source: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at: ``code`` is stable, the sentences are for the desk and the operator."""

    code: str
    sentence_vi: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What can be said about an identifier without asking anyone.

    ``valid`` says that the value keeps the rule of its kind, never that it was given out. ``value`` is the canonical form,
    masked if it belongs to a person and was not asked for in full, or ``None`` if it could not be read. ``warnings`` hold the
    reason of a refusal or what a clerk should look at twice; ``parts`` run from left to right.
    """

    kind: str
    value: str | None
    valid: bool
    warnings: tuple[Remark, ...]
    parts: tuple[Part, ...]
