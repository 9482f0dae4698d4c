"""The portal's public scores of index 766, new and old address (hub page §9); no login.

``POST /api/v1/reporting/evaluation/<name>`` answers for all provinces or ministries (``departmentType``) or for the agencies below one
department (``rootDepartmentId``); ``POST /jsp/rest.jsp`` takes a form with JSON in ``params``. The province's figures and its agencies' are
counted over what the hub was told (``_counting.py``), so both addresses agree; those of the other departments, which do not exist, are
made up and stay the same. Seen are addresses, request fields and the keys of the answer; the rest is ours.

Settings, beside those of ``_index766.py``:

- ``score_department_type``: values of departmentType: ``any`` (default; unknown ones are provinces), ``word`` (PROVINCE, MINISTRY) or
  ``digit`` (2, 1: the levels of the catalogue);
- ``score_first_page``: number of the first page, 1 (default) or 0; the answer never says how many rows there are;
- ``score_groups``: groupScores as ``list`` (default) or ``object``;
- ``score_ratio``: ``percent`` (default) or ``fraction``; ``score_nothing``: ratio and score of a line with nothing to count, ``zero``
  (default) or ``null``; ``score_numbers``: figures as ``number`` (default) or ``text``;
- ``score_old_service``: where the old address finds the service's name: ``any`` (default), ``params`` or ``field``;
- ``score_old_shape``: its answer: ``object`` (default), the province alone, or ``list``, a row per province with its code and name;
- ``score_access``: ``open`` (default) or ``closed``, which is 403; ``score_calls_per_minute``: more is 429 (default 0: no limit).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lienthong_sandbox._credentials import AGENCY
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World

from ._catalogue import Catalogue
from ._counting import Counter, Period, Sheet, made_up
from ._index766 import GROUPS, Count, Line, code_of, lines
from ._ledger import Ledger
from ._public import answered, refused

PREFIX: Final = "/api/v1/reporting/evaluation/"
OLD: Final = "/jsp/rest.jsp"

_OLD_SERVICE: Final = "report_tinh_766_service"
_GROUPS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "service-results": GROUPS,
    "transparency": ("CKMB",),
    "dvc-progress-tree": ("TDGQ",),
    "provide-online-tree": ("CLGQ",),
    "formality-online-payment-tree": ("TTTT",),
    "handling-satisfaction": ("MDHL",),
    "dossier-digitized": ("MDSH",),
}
_MONTHS: Final = {"year": 12, "quarter": 3, "month": 1}
_PROVINCES: Final = {AGENCY: "Tỉnh Hưng Yên"} | {f"H{n}": f"Tỉnh Mẫu {n}" for n in range(91, 100)}
"""Codes above H63 are nobody's."""
_MINISTRIES: Final = {f"G{n}": f"Bộ Mẫu {n}" for n in (91, 92)}
_TYPES: Final = {
    "word": {"PROVINCE": _PROVINCES, "MINISTRY": _MINISTRIES},
    "digit": {"2": _PROVINCES, "1": _MINISTRIES},
}
_LONGEST_PAGE: Final = 200


class _RefusedError(ValueError):
    """A body that nobody can answer."""


class Evaluation:
    """Answers anybody about the scores.

    Args:
        world: Clock and switches.
        catalogue: The national procedures.
        ledger: What the province told.
    """

    def __init__(self, world: World, catalogue: Catalogue, ledger: Ledger) -> None:
        self._world = world
        self._catalogue = catalogue
        self._ledger = ledger
        self._calls: deque[datetime] = deque()

    def handle(self, request: Request) -> Response:
        """Answers one request at either address: 400 for a faulty body, 403 and 429 by their switches."""
        if self._world.settings.get("score_access", "open") == "closed":
            return refused("FORBIDDEN", 403)
        if wait := self._wait_s():
            limited = refused("TOO_MANY_REQUESTS", 429)
            limited.headers["retry-after"] = str(wait)
            return limited
        name = request.path.removeprefix(PREFIX)
        if request.method != "POST" or (name not in _GROUPS_OF and request.path != OLD):
            return refused("NOT_FOUND", 404)
        try:
            if request.path == OLD:
                return self._old(request)
            return self._new(_GROUPS_OF[name], _object(request.json()))
        except (ValueError, RecursionError):
            return refused("BAD_REQUEST", 400)

    def _new(self, groups: tuple[str, ...], body: Mapping[str, Any]) -> Response:
        period = _period(body)
        first = int(str(self._world.settings.get("score_first_page", 1)))
        page = _number(body.get("currentPage", first), first, 1_000_000) - first
        size = _number(body.get("pageSize", 20), 1, _LONGEST_PAGE)
        found, whole = self._departments(body, period)
        if period.start > self._now():
            return answered({"overview": None, "evaluation": []})
        rows = [
            {
                "departmentId": _id(code),
                "departmentCode": code,
                "departmentName": title,
                **self._scored(sheet, groups),
            }
            for code, (title, sheet) in list(found.items())[page * size : (page + 1) * size]
        ]
        return answered({"overview": self._scored(whole, groups), "evaluation": rows})

    def _departments(
        self, body: Mapping[str, Any], period: Period
    ) -> tuple[dict[str, tuple[str, Sheet]], Sheet]:
        """Name and counts by code, and the counts of all together."""
        kind, root = body.get("departmentType"), body.get("rootDepartmentId")
        if (kind is None) == (root is None):
            raise _RefusedError
        counter = self._counter(period)
        if root is not None:
            own = counter.agencies() if root == _id(AGENCY) else {}
            below = {code: (title, counter.sheet(code, code)) for code, title in own.items()}
            return below, counter.sheet(AGENCY) if own else {}
        found = {
            code: (title, self._sheet(code, counter, period))
            for code, title in self._listed(str(kind)).items()
        }
        return found, _together([sheet for _, sheet in found.values()])

    def _listed(self, kind: str) -> Mapping[str, str]:
        wanted = str(self._world.settings.get("score_department_type", "any"))
        if wanted != "any":
            if kind not in _TYPES[wanted]:
                raise _RefusedError
            return _TYPES[wanted][kind]
        return _MINISTRIES if kind.upper() in ("MINISTRY", "1") else _PROVINCES

    def _sheet(self, code: str, counter: Counter, period: Period) -> Sheet:
        if code == AGENCY:
            return counter.sheet(code)
        codes = [line.code for line in lines(self._world.settings)]
        return {line: made_up(code, period, line) for line in codes}

    def _counter(self, period: Period) -> Counter:
        text = self._world.settings.get("score_reading", "portal") == "text"
        return Counter(self._ledger, self._catalogue, period, self._now(), text=text)

    def _scored(self, sheet: Sheet, groups: tuple[str, ...]) -> dict[str, Any]:
        settings = self._world.settings
        shown = [line for line in lines(settings) if line.group in groups]
        scores = {line.code: line.score(sheet.get(line.code, Count())) for line in shown}

        def points(of: tuple[str, ...]) -> float:
            return round(sum(scores[line.code] for line in shown if line.group in of), 2)

        def most(of: tuple[str, ...]) -> int:
            return sum(line.maximum for line in shown if line.group in of)

        by_group: object = {group: self._figure(points((group,))) for group in groups}
        if settings.get("score_groups", "list") == "list":
            by_group = [
                {
                    "code": group,
                    "score": self._figure(points((group,))),
                    "maxScore": self._figure(most((group,))),
                }
                for group in groups
            ]
        return {
            "totalScore": self._figure(points(groups)),
            "totalMaxScore": self._figure(most(groups)),
            "groupScores": by_group,
            "metrics": [
                self._metric(line, sheet.get(line.code, Count()), scores[line.code])
                for line in shown
            ],
        }

    def _metric(self, line: Line, count: Count, score: float) -> dict[str, Any]:
        settings = self._world.settings
        scale = 1 if settings.get("score_ratio", "percent") == "fraction" else 100
        ratio = (
            round(scale * count.hits / count.whole, 4 if scale == 1 else 2) if count.whole else 0
        )
        absent = not count.whole and settings.get("score_nothing", "zero") == "null"
        return {
            "code": code_of(line, settings),
            "ratio": None if absent else self._figure(ratio),
            "score": None if absent and not score else self._figure(score),
            "maxScore": self._figure(line.maximum),
        }

    def _figure(self, value: float) -> object:
        return (
            str(value) if self._world.settings.get("score_numbers", "number") == "text" else value
        )

    def _old(self, request: Request) -> Response:
        """Its period is unpublished: that of the new address when ``params`` has it, else this year."""
        form = request.form()
        params = _object(json.loads(form.get("params", "")))
        wanted = str(self._world.settings.get("score_old_service", "any"))
        named = {"params": params.get("service"), "field": form.get("service")}
        if _OLD_SERVICE not in (named.values() if wanted == "any" else (named[wanted],)):
            raise _RefusedError
        this_year = Period(self._now().year, 1, 12)
        period = _period(params) if "timeType" in params else this_year
        counter = self._counter(period)
        rows = []
        for code, title in _PROVINCES.items():
            scored = self._scored(self._sheet(code, counter, period), GROUPS)
            groups = scored["groupScores"]
            if isinstance(groups, list):
                groups = {group["code"]: group["score"] for group in groups}
            whose = {"MA_DON_VI": code, "TEN_DON_VI": title}
            rows.append(whose | groups | {"TONG_SCORE": scored["totalScore"]})
        if self._world.settings.get("score_old_shape", "object") == "list":
            return Response.of_json(rows)
        return Response.of_json({key: rows[0][key] for key in (*GROUPS, "TONG_SCORE")})

    def _wait_s(self) -> int:
        """Seconds until the next call is allowed; 0 when this one is, which then counts."""
        most = self._world.settings.get("score_calls_per_minute", 0)
        now, minute = self._world.clock(), timedelta(minutes=1)
        while self._calls and self._calls[0] <= now - minute:
            self._calls.popleft()
        if isinstance(most, int) and 0 < most <= len(self._calls):
            return int((self._calls[0] + minute - now).total_seconds()) + 1
        if most:
            self._calls.append(now)
        return 0

    def _now(self) -> datetime:
        return (self._world.clock() + timedelta(hours=7)).replace(tzinfo=None)


def service_of(request: Request) -> str:
    """The service that a call of the old address names, or the address."""
    form = request.form()
    if _OLD_SERVICE in form.get("params", "") or form.get("service") == _OLD_SERVICE:
        return _OLD_SERVICE
    return OLD.strip("/")


def _period(body: Mapping[str, Any]) -> Period:
    kind = str(body.get("timeType"))
    if kind not in _MONTHS:
        raise _RefusedError
    year, months = _number(body.get("year"), 2000, 2100), _MONTHS[kind]
    last = 12 if kind == "year" else months * _number(body.get(kind), 1, 12 // months)
    return Period(year, last - months + 1, last)


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _RefusedError
    return value


def _number(value: object, least: int, most: int) -> int:
    """A whole number or its digits: which of the two clients send is not told."""
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal():
        raise _RefusedError
    if not least <= int(value) <= most:
        raise _RefusedError
    return int(value)


def _id(code: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"department:{code}"))


def _together(sheets: list[Sheet]) -> Sheet:
    codes = {code for sheet in sheets for code in sheet}
    return {
        code: Count(
            sum(sheet.get(code, Count()).hits for sheet in sheets),
            sum(sheet.get(code, Count()).whole for sheet in sheets),
        )
        for code in codes
    }
