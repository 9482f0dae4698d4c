"""The front of the room: one object that every report comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Self

from lienthong.guard import Sealer
from lienthong.onceonly import Catalogue
from lienthong.settings import Settings
from lienthong.storage import Database

from ._collector import Collector
from ._definitions import Indicators
from ._digitisation import Digitisation
from ._forms import Forms
from ._index766 import Index766
from ._periods import Period
from ._ratings import Satisfaction, satisfaction
from ._recording import Recorder


class Reports:
    """Index 766, forms, digitisation and satisfaction over one store.

    Attributes:
        index766: The index of QĐ 766/QĐ-TTg.
        forms: II.06a, II.06b, II.07b of TT 01/2020/TT-VPCP.
        digitisation: Digitisation against the plan's targets.
        record: Records votes, petitions, publications, fees, steps and offers.
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

    async def collect(self) -> int:
        """Brings the facts up to date; every report does it first, a schedule keeps the wait short. How many were behind."""
        return await self._collector.collect()

    async def satisfaction(self, period: Period, *, unit: str = "") -> Satisfaction:
        """Votes of a period by points, and how many cases ended in it."""
        await self._collector.collect()
        return await satisfaction(self._db, period, unit)
