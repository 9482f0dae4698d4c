"""The five national systems against the sandbox, one subject per dialect and channel that the sandbox offers.

The sandbox is an extra of its own and found at run time.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from lienthong.interface import ConfigurationError, ProcedureQuery, Verb, find_connector

from . import _questions as ask
from ._questions import PRIVATE, citizen, company
from ._subject import Sample, Subject

_CONFIG: Final = Path(__file__).resolve().parents[3] / "config"
_SHIPPED: Final = Path(__file__).resolve().parents[1] / "_config"
_SECRETS: Final = ("secret", "password", "consumer_secret", "secret_key", "auth")
"""Keys of a channel that it cannot do without; iLIS takes a client's secret, but a province may have been given none."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to a system: a dialect over a channel, on one front of the sandbox."""

    system: str
    dialect: str
    kind: str
    samples: tuple[Sample, ...]
    path: str = ""
    account: Callable[[Any], Mapping[str, Any]] = lambda _: {}
    """The channel's settings, from the sandbox's module of credentials."""
    sign_in: tuple[str, ...] = ()
    options: Callable[[Any], Mapping[str, Any]] = lambda _: {}
    untried: Mapping[str, str] = field(default_factory=dict)


def _c06(known: Any) -> Mapping[str, Any]:
    held = known.C06_ACCOUNT
    return {"username": held.username, "secret": held.secret, "sv_url": held.sv_url}


def _hcm(known: Any) -> Mapping[str, Any]:
    keys = ("access_key", "secret_key", "app_name", "partner_code", "partner_code_cus")
    return {key: getattr(known.LGSP_ACCOUNT, key) for key in keys}


def _lgsp(known: Any) -> Mapping[str, Any]:
    officers = {
        name: {"key_name": name, "key_pass": password}
        for name, password in known.LGSP_ACCOUNT.officers
    }
    return {**_hcm(known), "officers": officers}


def _ngsp(known: Any) -> Mapping[str, Any]:
    held = known.NGSP_ACCOUNT
    return {"consumer_key": held.consumer_key, "consumer_secret": held.consumer_secret}


def _account(name: str, *keys: str) -> Callable[[Any], Mapping[str, Any]]:
    return lambda known: {key: getattr(getattr(known, name), key) for key in keys}


def _officers(known: Any) -> Mapping[str, Any]:
    held = known.CARD_ACCOUNT
    return {"officers": {"officer-001": {"name": held.officer_name, "number": held.officer_number}}}


def _payment(known: Any) -> Mapping[str, Any]:
    held = known.PAYMENT_ACCOUNT
    return {"payment_partner": held.partner, "payment_secret": held.secret}


def _proxy_paths() -> dict[str, str]:
    """The hub's services stand behind the proxy, the store of papers and the files beside it."""
    services = find_connector("operations_centre").services()
    return {
        item.name: f"proxy/{item.name}"
        for item in services
        if {"adapter", "proxy"} <= set(item.dialects)
    }


def _ministry(known: Any) -> Mapping[str, Any]:
    held = known.MINISTRY_CLIENT
    return {
        "client_auth": "form",
        "consumer_key": held.client_id,
        "consumer_secret": held.client_secret,
    }


_MINISTRY_PATHS: Final = {
    "LayMaHoSo": "mahoso",
    "TaiTep": "tep",
    "TaoHoSo": "hoso",
    "CapNhatTienDo": "tiendo",
    "CapNhatTrangThai": "trangthai",
}
"""Ours: no address is published (hub page §2.6)."""
_TOKEN: Final = ("/token$",)
_WAYS: Final = (
    _Way("population", "soap", "c06", ask.POPULATION, "/c06", _c06),
    _Way("population", "soap", "lgsp", ask.POPULATION, "/lgsp", _lgsp, _TOKEN),
    _Way("population", "wrapped", "open", ask.POPULATION, "/wrapper"),
    _Way(
        "population", "flat", "dongthap", ask.POPULATION, "/dongthap",
        lambda known: {"auth": known.DONGTHAP_ACCOUNT.auth}, ("(?i)token",),
        lambda known: {"user_name_service": known.DONGTHAP_ACCOUNT.users[0]},
    ),
    _Way("business", "generation1", "ngsp", ask.GENERATION1, "", _ngsp, _TOKEN),
    _Way("business", "generation2", "ngsp", ask.GENERATION2, "", _ngsp, _TOKEN),
    _Way("business", "hcm", "hcm", ask.HCM, "", _hcm),
    _Way("business", "opencps", "open", ask.OPENCPS),
    _Way("social_insurance", "ngsp", "ngsp", ask.INSURANCE, "", _ngsp, _TOKEN),
    _Way(
        "social_insurance", "gateway", "egw", ask.CARD, "",
        _account("CARD_ACCOUNT", "username", "password"), ("(?i)/take$",), _officers,
    ),
    _Way(
        "land", "ilis", "ilis", ask.LAND, "/ilis",
        _account("ILIS_ACCOUNT", "username", "password", "client_id", "client_secret"), _TOKEN,
    ),
    _Way("land", "vbdlis", "open", ask.LAND, "/vbdlis"),
    _Way(
        "operations_centre", "adapter", "portal", ask.HUB, "",
        _account("PORTAL_ACCOUNT", "username", "password", "dstcode", "madonvi"), ("/auth$",),
    ),
    _Way(
        "operations_centre", "proxy", "open", ask.PROXY,
        options=lambda _: {"ma_don_vi": "H31", "paths": _proxy_paths()},
    ),
    _Way(
        "operations_centre", "payment", "open", ask.PAYMENT, options=_payment,
        untried={"BIENLAI": "a receipt comes when the payer has paid, which only the payer can do"},
    ),
    _Way(
        "operations_centre", "emc", "open", ask.EMC, "/emc",
        options=lambda _: {"emc_profile": "MAU", "emc_site": "H31"},
    ),
    _Way(
        "operations_centre", "ministry", "ngsp", ask.MINISTRY, "/dvcbo", _ministry, _TOKEN,
        lambda _: {"paths": _MINISTRY_PATHS},
        dict.fromkeys(("CapNhatTienDo", "CapNhatTrangThai"), "needs a dossier and the code it was given"),
    ),
    _Way("operations_centre", "public", "open", ask.PUBLIC, "/api/v1"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Side:
    url: str
    ca: Path
    _expire: Callable[[], Any]

    async def expire(self) -> None:
        await self._expire()


def _sandbox(system: str) -> Any:
    @asynccontextmanager
    async def start() -> AsyncIterator[_Side]:
        package = import_module("lienthong_sandbox")
        catalogue = next(x for x in (_CONFIG, _SHIPPED) if x.exists()) / "catalogue"
        # Lists are finished when they are asked for, so that one question about each stage is enough.
        switches = {"population": {"list_polls": 0}, "business": {"dossiers_per_day": 1}}
        with tempfile.TemporaryDirectory(prefix="lienthong-suite-") as folder:
            async with package.Sandbox(
                Path(folder), catalogue=catalogue, settings=switches
            ) as running:

                async def expire() -> None:
                    fault = package.Fault(expire_tokens=True)
                    await running.faults.put(system, fault)

                yield _Side(running.urls[system], running.ca, expire)

    return start


def _subject(way: _Way) -> Subject:
    if find_spec("lienthong_sandbox") is None:
        raise ConfigurationError(
            "The sandbox is not installed; install it: pip install 'lienthong[sandbox]'."
        )
    known = import_module("lienthong_sandbox._credentials")
    channel = {"kind": way.kind, **way.account(known)}
    options = dict(way.options(known))
    foreign = citizen() if way.system != "population" else company("0990001015")
    required = tuple(key for key in _SECRETS if key in channel)
    secrets = (*required, "client_secret", "payment_secret")
    return Subject(
        connector=find_connector(way.system),
        far_side=_sandbox(way.system),
        settings={
            "connector": way.system,
            "dialect": way.dialect,
            "channel": channel,
            "options": options,
        },
        samples=way.samples,
        unsupported=((Verb.LOOKUP, foreign), (Verb.VERIFY, ProcedureQuery("1.004222"))),
        path=way.path,
        sign_in=way.sign_in,
        required=required,
        private=(
            *PRIVATE,
            *(str(x[key]) for x in (channel, options) for key in secrets if key in x),
        ),
        untried=way.untried,
    )


SYSTEMS: Final = tuple(dict.fromkeys(way.system for way in _WAYS))
"""The five."""


def subjects_of(system: str) -> tuple[Subject, ...]:
    """One of the five in every dialect and over every channel that the sandbox offers."""
    return tuple(_subject(way) for way in _WAYS if way.system == system)
