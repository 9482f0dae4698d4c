"""The front of the room: one object that every report comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, Self

from lienthong.guard import Sealer
from lienthong.interface import InvalidRequest, UnitScore
from lienthong.onceonly import Catalogue
from lienthong.settings import Settings
from lienthong.storage import Database

from ._charts import bars, svg
from ._collector import Collector
from ._definitions import Indicators
from ._digitisation import Digitisation
from ._forms import Form06, Form07, Forms
from ._index766 import Index766
from ._periodic import write_due
from ._periods import Period
from ._portal import sheet_portal
from ._ratings import Satisfaction, satisfaction
from ._recording import Recorder
from ._report import REPORTS, Report
from ._sheets import sheet_06, sheet_07, sheet_digitisation, sheets_766
from ._sink import figures_06, figures_766, figures_digitisation, sinks


class Reports:
    """Index 766, forms, digitisation and satisfaction over one store.

    Attributes:
        index766: The index of QĐ 766/QĐ-TTg.
        forms: II.06a, II.06b, II.07b of TT 01/2020/TT-VPCP.
        digitisation: Digitisation against the plan's targets.
        record: Records votes, petitions, publications, steps and offers.
        indicators: Targets, readings and texts in force.
    """

    def __init__(
        self,
        db: Database,
        sealer: Sealer,
        catalogue: Catalogue,
        indicators: Indicators,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        site = (settings.site.agency, settings.site.name)
        collector = Collector(db, catalogue, hub_system=settings.hub.system)
        self._db = db
        self._collector = collector
        self._settings = settings
        self._now = now
        self.indicators = indicators
        self.index766 = Index766(db, catalogue, indicators, collector, now)
        self.forms = Forms(db, catalogue, indicators, collector, site, now)
        self.digitisation = Digitisation(db, indicators, collector, now)
        self.record = Recorder(db, sealer)

    @classmethod
    def open(
        cls,
        settings: Settings,
        db: Database,
        sealer: Sealer,
        catalogue: Catalogue,
        now: Callable[[], datetime],
    ) -> Self:
        """Over rooms that are open already; the indicators folder is read.

        Raises:
            IndicatorsInvalid: A file of the folder is wrong.
        """
        indicators = Indicators.load(settings.reporting.indicators)
        return cls(db, sealer, catalogue, indicators, settings, now)

    async def make(
        self,
        name: str,
        period: Period,
        *,
        unit: str = "",
        readings: Mapping[str, str] | None = None,
        portal: UnitScore | None = None,
    ) -> Report:
        """One report, whole.

        Args:
            name: One of :data:`REPORTS`.
            period: The period; digitisation takes its year.
            unit: E-identifier of a unit with all below it; the province when empty.
            readings: Choices over the defaults, by name; ``growth`` for digitisation.
            portal: For 766: the portal's points of the same unit and period, to stand beside ours.

        Raises:
            InvalidRequest: There is no such report, reading or choice.
            ReportInconsistent: A cross-check does not hold.
        """
        match name:
            case "766":
                return await self._index766(period, unit, readings, portal)
            case "digitisation":
                return await self._digitisation(period, unit, readings or {})
            case "II.06a":
                return self._form(await self.forms.form_06a(period, unit))
            case "II.06b":
                return self._form(await self.forms.form_06b(period, unit))
            case "II.07b":
                return self._form(await self.forms.form_07b(period, unit))
        raise InvalidRequest(
            "report",
            f"must be one of {', '.join(REPORTS)}",
            "Đề nghị chọn một báo cáo có trong danh sách.",
        )

    async def _index766(
        self,
        period: Period,
        unit: str,
        readings: Mapping[str, str] | None,
        portal: UnitScore | None,
    ) -> Report:
        site = self._settings.site
        found = await self.index766.report(period, unit=unit, readings=readings)
        score = found.score
        sheets = sheets_766(found, site.name)
        if portal is not None:
            sheets += (sheet_portal(found, portal, sheets[0].subtitle),)
        return Report(
            name="766",
            period=period,
            unit=unit or site.agency,
            facts={
                "as_of": found.as_of.isoformat(),
                "readings": found.readings,
                "total": score.total,
                "max": score.max,
                "on_time_share": score.on_time_share,
                "average_days": score.average_days,
                "overdue": score.overdue,
            },
            sheets=sheets,
            figures=lambda status: figures_766(found, site.agency, status),
        )

    async def _digitisation(self, period: Period, unit: str, readings: Mapping[str, str]) -> Report:
        growth = readings.get("growth")
        if growth not in {None, "points", "relative"} or readings.keys() - {"growth"}:
            raise InvalidRequest(
                "reading",
                "digitisation knows growth=points and growth=relative",
                "Đề nghị chọn cách tính growth=points hoặc growth=relative.",
            )
        reading: Literal["points", "relative"] | None = (
            None if growth is None else "relative" if growth == "relative" else "points"
        )
        site = self._settings.site
        found = await self.digitisation.report(period.first.year, unit=unit, reading=reading)
        return Report(
            name="digitisation",
            period=period,
            unit=unit or site.agency,
            facts={"as_of": found.as_of.isoformat(), "readings": {"growth": found.reading}},
            sheets=(
                sheet_digitisation(found, self.indicators.units.name(unit) if unit else site.name),
            ),
            figures=lambda status: figures_digitisation(found, site.agency, status),
            bars=bars(found),
            svg=svg(found),
        )

    def _form(self, form: Form06 | Form07) -> Report:
        agency = self._settings.site.agency
        return Report(
            name=form.code,
            period=form.period,
            unit=form.unit or agency,
            facts={"as_of": form.as_of.isoformat()},
            sheets=(sheet_06(form) if isinstance(form, Form06) else sheet_07(form),),
            figures=lambda status: (
                figures_06(form, agency, status) if isinstance(form, Form06) else []
            ),
        )

    async def write_due(self) -> list[str]:
        """Makes what is still missing of the finished month, quarter, half year and year (`reporting.folder`) and hands
        its figures over as drafts; the names of what was made, such as ``2026-10/766``. Without a folder nothing is made.

        Raises:
            HandoverFailed: The reporting system did not take figures.
            ConfigurationError: The extra ``reports`` is not installed, or the key that signs is missing.
        """
        settings = self._settings.reporting
        if settings.folder is None:
            return []
        return await write_due(self, settings.folder, sinks(settings, self._now), self._now())

    async def collect(self) -> int:
        """Brings the facts up to date; every report does it first, a schedule keeps the wait short. How many were behind."""
        return await self._collector.collect()

    async def satisfaction(self, period: Period, *, unit: str = "") -> Satisfaction:
        """Votes of a period by points, and how many cases ended in it."""
        await self._collector.collect()
        return await satisfaction(self._db, period, unit)
