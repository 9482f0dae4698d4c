"""The declarations of services and callbacks: what `lienthong systems` and `docs/systems/` list."""

from __future__ import annotations

from dataclasses import dataclass

from ._vocabulary import Basis, Verb


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message.

    Attributes:
        name: Wire name; nested names are joined by ``/``.
        kind: Type and format as it travels, e.g. ``string``, ``yyyyMMdd``, ``int``.
        meaning: What it means, in English.
        required: Whether the far side demands it; ``None`` where the source does not say.
        length: Longest length in characters, where published.
        basis: How well this field is known, where that differs from its service.
    """

    name: str
    kind: str
    meaning: str
    required: bool | None = None
    length: int | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One published (or, where none is published, own) service of a national system.

    Attributes:
        system: System name, e.g. ``population``.
        name: Wire name, e.g. ``XacThucThongTinCongDan``.
        verb: Which of the four verbs it stands behind.
        title_vi: What it does, in Vietnamese.
        title_en: The same in English.
        dialects: Message variants that offer it.
        channels: Kinds of channel it has been seen or specified on.
        basis: How well its contract is known.
        source: Where the contract is described (reference page and section).
        idempotent: Whether sending it twice equals sending it once.
        request: Fields sent.
        reply: Fields read.
    """

    system: str
    name: str
    verb: Verb
    title_vi: str
    title_en: str
    dialects: tuple[str, ...]
    channels: tuple[str, ...]
    basis: Basis
    source: str
    idempotent: bool = True
    request: tuple[Field, ...] = ()
    reply: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Callback:
    """One call that a national system, or what stands around it, makes to us.

    Attributes:
        system: System name, e.g. ``land``.
        name: Wire name, e.g. ``KetThucHoSo``.
        path: Method and tail of its address at our side.
        title_vi: What it tells, in Vietnamese.
        title_en: The same in English.
        dialects: Message variants that make it.
        channels: How the caller proves itself, e.g. ``path-code``.
        basis: How well its contract is known.
        source: Where the contract is described (reference page and section).
        request: Fields received.
        reply: Fields answered.
    """

    system: str
    name: str
    path: str
    title_vi: str
    title_en: str
    dialects: tuple[str, ...]
    channels: tuple[str, ...]
    basis: Basis
    source: str
    request: tuple[Field, ...]
    reply: tuple[Field, ...]
