"""Handing figures over to the reporting system and the operations centre.

No machine interface of theirs is published (hub page §8), so this contract is ours and easy to re-map: a list of figures, as
canonical JSON, signed with HMAC-SHA256. The file drop and the push carry the same bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import orjson

from lienthong.interface import (
    CallFailed,
    ConfigurationError,
    SystemSettings,
    WireRequest,
)
from lienthong.settings import ReportingSettings
from lienthong.transport import open_transport

from ._digitisation import DigitisationReport
from ._forms import Form06
from ._index766 import Report766
from .errors import HandoverFailed

SIGNATURE: Final = "x-lienthong-signature"
"""Header of the push: ``sha256=`` and the HMAC in hexadecimal."""
_TIMEOUT_S: Final = 30.0
_SHORTEST_KEY: Final = 16
Status = Literal["draft", "approved"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is handed over.

    Attributes:
        report: Report code: ``766``, ``II.06a``, ``II.06b``, ``digitisation``.
        agency: E-identifier of the unit.
        period_type: ``day``, ``month``, ``quarter``, ``half`` or ``year``.
        period: Such as ``2026-11``.
        indicator: Indicator code.
        value: Decimal text with a point, or empty when there is none.
        unit: ``%``, ``ngày``, ``điểm``, ``hồ sơ``.
        status: ``draft`` or ``approved``.
    """

    report: str
    agency: str
    period_type: str
    period: str
    indicator: str
    value: str
    unit: str
    status: Status


class Sink(Protocol):
    """Takes figures."""

    async def hand_over(self, figures: Sequence[Figure]) -> str:
        """Hands figures over, whole or not at all; where they are now.

        Raises:
            HandoverFailed: They were not taken.
        """
        ...


def canonical(figures: Sequence[Figure], issued_at: datetime) -> bytes:
    """The bytes that are signed: keys sorted, no spaces, UTF-8, moments in UTC."""
    body = {
        "version": 1,
        "issued_at": issued_at.astimezone(UTC).isoformat(timespec="seconds"),
        "figures": [asdict(figure) for figure in figures],
    }
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def sign(body: bytes, key: bytes) -> str:
    """HMAC-SHA256 in hexadecimal."""
    return hmac.new(key, body, hashlib.sha256).hexdigest()


class FileSink:
    """Drops ``<report>-<period>-<hash>.json`` and its ``.sha256`` signature into a folder; the same figures land once.

    Args:
        folder: Where to; made when missing.
        key: Signs.
        now: The clock, aware UTC.
    """

    def __init__(self, folder: Path, key: bytes, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._key = key
        self._now = now

    async def hand_over(self, figures: Sequence[Figure]) -> str:
        """As :class:`Sink`; the path of the file."""
        body = canonical(figures, self._now())
        first = figures[0]
        digest = hashlib.sha256(orjson.dumps([asdict(figure) for figure in figures])).hexdigest()
        name = f"{first.report}-{first.agency}-{first.period}-{digest[:12]}.json"
        try:
            return str(await asyncio.to_thread(self._write, name, body))
        except OSError as error:
            raise HandoverFailed(
                f"The folder {self._folder} does not take files ({type(error).__name__})."
            ) from error

    def _write(self, name: str, body: bytes) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / name
        # The figures appear last and at once: whoever sees the file finds its signature beside it.
        for path, content in (
            (target.with_name(f"{name}.sha256"), sign(body, self._key).encode()),
            (target, body),
        ):
            part = path.with_name(f".{path.name}.{os.getpid()}")
            part.write_bytes(content)
            part.replace(path)
        return target


class HttpSink:
    """POSTs the figures with their signature in :data:`SIGNATURE`; any answer but 2xx is a failure.

    Args:
        url: Where to.
        key: Signs.
        now: The clock, aware UTC.
        ca: PEM file of the authorities to trust; the system's store when absent.
    """

    def __init__(
        self, url: str, key: bytes, now: Callable[[], datetime], ca: Path | None = None
    ) -> None:
        self._url = url
        self._key = key
        self._now = now
        self._settings = SystemSettings(
            name="report_sink", connector="", url=url, ca=ca, channel={}
        )

    async def hand_over(self, figures: Sequence[Figure]) -> str:
        """As :class:`Sink`; the status that the far side answered with."""
        body = canonical(figures, self._now())
        request = WireRequest(
            service="figures",
            method="POST",
            url=self._url,
            headers={
                "content-type": "application/json",
                SIGNATURE: f"sha256={sign(body, self._key)}",
                # The same figures again are the same hand-over: the far side can tell.
                "idempotency-key": hashlib.sha256(
                    orjson.dumps([asdict(figure) for figure in figures])
                ).hexdigest(),
            },
            body=body,
        )
        try:
            async with open_transport(self._settings) as transport:
                reply = await transport.send(request, timeout_s=_TIMEOUT_S)
        except CallFailed as error:
            raise HandoverFailed(
                f"The reporting system gave no usable answer ({type(error).__name__})."
            ) from error
        if not 200 <= reply.status < 300:
            raise HandoverFailed(f"The reporting system answered {reply.status}.")
        return str(reply.status)


def sinks(settings: ReportingSettings, now: Callable[[], datetime]) -> list[Sink]:
    """The sinks of the settings; none when neither folder nor address is set.

    Raises:
        ConfigurationError: The key is missing, unreadable or too short.
    """
    if settings.sink_folder is None and not settings.sink_url:
        return []
    key = _key(settings.sink_key)
    found: list[Sink] = []
    if settings.sink_folder is not None:
        found.append(FileSink(settings.sink_folder, key, now))
    if settings.sink_url:
        found.append(HttpSink(settings.sink_url, key, now, settings.sink_ca))
    return found


def _key(path: Path | None) -> bytes:
    if path is None:
        raise ConfigurationError("reporting.sink_key: name the file with the key that signs.")
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise ConfigurationError(
            f"reporting.sink_key: {path} cannot be read ({type(error).__name__})."
        ) from None
    if len(key) < _SHORTEST_KEY:
        raise ConfigurationError(
            f"reporting.sink_key: {path} holds fewer than {_SHORTEST_KEY} bytes."
        )
    return key


def figures_766(report: Report766, agency: str, status: Status = "draft") -> list[Figure]:
    """Index 766: ratio and points of every indicator, the total, of the unit and of each below."""
    found: list[Figure] = []
    for score in (report.score, *report.units):
        put = _writer("766", score.unit or agency, report.period, status)
        for line in score.lines:
            in_percent = line.indicator.unit == "%"
            value = line.value * 100 if in_percent and line.value is not None else line.value
            found.append(put(line.indicator.code, value, line.indicator.unit))
            if line.indicator.max:
                found.append(put(f"{line.indicator.code}.SCORE", line.score, "điểm"))
        found.append(put("TONG_SCORE", score.total, "điểm"))
    return found


def figures_06(form: Form06, agency: str, status: Status = "draft") -> list[Figure]:
    """The total line of form II.06a or II.06b, one figure per column."""
    put = _writer(form.code, form.unit or agency, form.period, status)
    return [
        put(name, value, "hồ sơ")
        for name, value in zip(
            type(form.total).__dataclass_fields__, form.total.values(), strict=True
        )
    ]


def figures_digitisation(
    report: DigitisationReport, agency: str, status: Status = "draft"
) -> list[Figure]:
    """Shares of the report's last year by level."""
    return [
        Figure(
            "digitisation",
            report.unit or agency,
            "year",
            str(line.year),
            f"{line.indicator.id}.{line.level}",
            "" if line.share is None else str(line.share),
            "%",
            status,
        )
        for line in report.lines
        if line.year == report.year
    ]


def _writer(
    report: str, agency: str, period: Any, status: Status
) -> Callable[[str, Any, str], Figure]:
    def put(indicator: str, value: Any, unit: str) -> Figure:
        return Figure(
            report,
            agency,
            period.kind,
            str(period),
            indicator,
            "" if value is None else str(value),
            unit,
            status,
        )

    return put
