"""Indicators as data: groups, formulae, maxima, targets and readings of ``config/indicators``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lienthong.interface import InvalidRequest

from .errors import IndicatorsInvalid

_CHECKOUT: Final = Path(__file__).resolve().parents[3] / "config" / "indicators"
_SHIPPED: Final = Path(__file__).resolve().parents[1] / "_config" / "indicators"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class GroupOf766(_Table):
    """One of the six groups; its indicators' maxima add up to ``max``."""

    id: str
    name: str
    max: Decimal = Field(gt=0)


class Indicator(_Table):
    """One indicator: ``numerator / denominator`` of named figures."""

    number: str
    code: str
    group: str
    name: str
    numerator: str
    denominator: str
    times: str = ""
    """Name of a rate that the ratio is multiplied by."""
    target: Decimal = Field(default=Decimal(1), gt=0, le=1)
    max: Decimal = Field(ge=0)
    """Most points; 0 is information only."""
    zero: Literal["zero", "full", "none"] = "zero"
    """What a denominator of 0 earns; ``none`` counts neither for nor against."""
    unit: str = "%"


class ReadingChoice(_Table):
    """One way to read what the sources leave open."""

    id: str
    source: str
    text: str
    set: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Fields of indicators that this choice changes."""


class Reading(_Table):
    """A question that the sources leave open; the first choice is the default."""

    name: str
    question: str
    choices: tuple[ReadingChoice, ...] = Field(min_length=2)


class Days(_Table):
    """Terms in working days."""

    decision_before_effect: int = Field(ge=0)
    publication_after_decision: int = Field(ge=0)
    petition_answer: int = Field(ge=0)
    petition_reject: int = Field(ge=0)
    petition_supplement: int = Field(ge=0)
    petition_publish: int = Field(ge=0)


class FigureRules(_Table):
    """Numbers and codes inside the figures."""

    not_counted_statuses: tuple[str, ...]
    certification_fields: tuple[str, ...]
    satisfied_from: int = Field(ge=1, le=5)


class Definition766(_Table):
    """The whole file ``index766.toml``."""

    source: dict[str, str]
    group: tuple[GroupOf766, ...]
    indicator: tuple[Indicator, ...]
    reading: tuple[Reading, ...]
    readings: dict[str, str] = Field(default_factory=dict)
    """Choices that differ from the defaults, by name of the reading."""
    days: Days
    figures: FigureRules

    @model_validator(mode="after")
    def _whole(self) -> Self:
        codes = {item.code for item in self.indicator}
        if len(codes) != len(self.indicator):
            raise ValueError("an indicator code stands twice")
        if unknown := {item.group for item in self.indicator} - {item.id for item in self.group}:
            raise ValueError(f"no group {', '.join(sorted(unknown))}")
        for reading in self.reading:
            for choice in reading.choices:
                if unknown := choice.set.keys() - codes:
                    raise ValueError(f"{reading.name}: no indicator {', '.join(sorted(unknown))}")
        for reading in self.reading:
            for choice in reading.choices:
                self._check_maxima(self.chosen({reading.name: choice.id}))
        return self

    def _check_maxima(self, chosen: Chosen) -> None:
        for group in self.group:
            points = sum(item.max for item in chosen.indicators if item.group == group.id)
            if points != group.max:
                raise ValueError(
                    f"group {group.id}: its indicators earn {points}, not {group.max} ({chosen.stated})"
                )

    def chosen(self, picked: Mapping[str, str] | None = None) -> Chosen:
        """The indicators as the readings make them.

        Args:
            picked: Choices over those of the file, by name of the reading.

        Raises:
            InvalidRequest: There is no such reading or choice; the message lists those there are.
        """
        wanted = {**self.readings, **(picked or {})}
        names = [reading.name for reading in self.reading]
        if unknown := wanted.keys() - set(names):
            raise _no_reading(min(unknown), names)
        used: dict[str, ReadingChoice] = {}
        changes: dict[str, dict[str, Any]] = {}
        for reading in self.reading:
            by_id = {choice.id: choice for choice in reading.choices}
            choice = by_id.get(wanted.get(reading.name, reading.choices[0].id))
            if choice is None:
                raise _no_reading(f"{reading.name}={wanted[reading.name]}", list(by_id))
            used[reading.name] = choice
            for code, fields in choice.set.items():
                changes.setdefault(code, {}).update(fields)
        indicators = tuple(
            Indicator.model_validate({**item.model_dump(), **changes.get(item.code, {})})
            for item in self.indicator
        )
        return Chosen(indicators, used)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Indicators under one set of readings.

    Attributes:
        indicators: As the readings make them.
        used: The choice of each reading.
    """

    indicators: tuple[Indicator, ...]
    used: Mapping[str, ReadingChoice]

    @property
    def stated(self) -> dict[str, str]:
        """Choice by reading, as every report states it."""
        return {name: choice.id for name, choice in self.used.items()}


class DigitisationIndicator(_Table):
    """One digitisation indicator and its yearly target (percent) by level."""

    id: Literal["results", "reception", "reused"]
    name: str
    first_year: int
    start: dict[str, Decimal]
    per_year: Decimal = Field(ge=0)
    task: str

    def target(self, level: str, year: int, reading: str) -> Decimal | None:
        """Target of a year in percent; ``None`` where the plan sets none.

        Args:
            level: ``province``, ``district`` or ``commune``.
            year: The year.
            reading: ``points`` adds percentage points a year, ``relative`` grows on the year before.
        """
        start = self.start.get(level)
        if start is None or year < self.first_year:
            return None
        years = year - self.first_year
        if reading == "points":
            reached = start + self.per_year * years
        else:
            reached = start * (1 + self.per_year / 100) ** years
        return min(reached, Decimal(100)).quantize(Decimal("0.1"))


class DigitisationTargets(_Table):
    """The file ``digitisation.toml``."""

    levels: tuple[str, ...]
    district_until: date
    reading: Literal["points", "relative"]
    indicator: tuple[DigitisationIndicator, ...]


class Unit(_Table):
    """A unit of the province."""

    code: str
    name: str
    level: Literal["province", "district", "commune"]


class Units(_Table):
    """The file ``units.toml``: who is where; what is not listed goes by the groups of its code."""

    levels: dict[str, Literal["province", "district", "commune"]]
    unit: tuple[Unit, ...] = ()

    def level(self, code: str) -> str:
        """``province``, ``district`` or ``commune``."""
        listed = next((unit.level for unit in self.unit if unit.code == code), None)
        return listed or self.levels.get(str(code.count(".") + 1), "commune")

    def name(self, code: str) -> str:
        """Its name, or its code."""
        return next((unit.name for unit in self.unit if unit.code == code), code)


class FormTitle(_Table):
    """Number and title of a form, and who receives it."""

    number: str
    title: str
    receiver: str = "………………"


class FormStatuses(_Table):
    """Statuses that a form leaves out."""

    not_received: tuple[str, ...]


class FormTexts(_Table):
    """The file ``forms.toml``."""

    II_06a: FormTitle
    II_06b: FormTitle
    II_07b: FormTitle
    levels: dict[str, str]
    statuses: FormStatuses


@dataclass(frozen=True, slots=True)
class Indicators:
    """Everything of the indicators folder."""

    index766: Definition766
    digitisation: DigitisationTargets
    units: Units
    forms: FormTexts

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """Reads the folder; the shipped one when none is named.

        Raises:
            IndicatorsInvalid: A file is missing, is no TOML or breaks the format; the message names file and entry.
        """
        place = folder or (_CHECKOUT if _CHECKOUT.exists() else _SHIPPED)
        return cls(
            _read(place / "index766.toml", Definition766),
            _read(place / "digitisation.toml", DigitisationTargets),
            _read(place / "units.toml", Units),
            _read(place / "forms.toml", FormTexts),
        )


T = TypeVar("T", bound=_Table)


def _read(file: Path, model: type[T]) -> T:
    try:
        return model.model_validate(tomllib.loads(file.read_text("utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise IndicatorsInvalid(f"{file} cannot be read ({type(error).__name__}).") from None
    except tomllib.TOMLDecodeError as error:
        raise IndicatorsInvalid(f"{file.name} is not TOML: {error}.") from None
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in item['loc']) or 'the whole'}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        ]
        raise IndicatorsInvalid(f"{file.name}: {'; '.join(lines)}") from None


def _no_reading(what: str, known: list[str]) -> InvalidRequest:
    return InvalidRequest(
        "reading",
        f"{what} is unknown; known: {', '.join(known)}",
        "Đề nghị chọn cách tính trong danh sách.",
    )
