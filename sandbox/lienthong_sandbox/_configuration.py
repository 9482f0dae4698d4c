"""The library's configuration file for this sandbox, as TOML text: for each system one of the ways into it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lienthong_sandbox._credentials import (
    AGENCY,
    C06_ACCOUNT,
    CARD_ACCOUNT,
    DONGTHAP_ACCOUNT,
    ILIS_ACCOUNT,
    LGSP_ACCOUNT,
    MINISTRY_CLIENT,
    NGSP_ACCOUNT,
    PAYMENT_ACCOUNT,
    PORTAL_ACCOUNT,
    REPORT_KEY_FILE,
)
from lienthong_sandbox._faults import FaultError
from lienthong_sandbox.personas import load_personas

_OFFICER: Final = "can-bo-mau"
"""The account of the officer whose key pair and number the platforms know."""
_TESTER: Final = "nguyen-an"

Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Way:
    """One way into a system: the connector's dialect, the front's path, its channel and options."""

    dialect: str
    front: str
    channel: Table
    options: Table = field(default_factory=dict)


def _lgsp(*, officers: bool = False) -> Table:
    name, key = LGSP_ACCOUNT.officers[0]
    blob: dict[str, object] = {
        "kind": "lgsp",
        "access_key": LGSP_ACCOUNT.access_key,
        "secret_key": LGSP_ACCOUNT.secret_key,
        "app_name": LGSP_ACCOUNT.app_name,
        "partner_code": LGSP_ACCOUNT.partner_code,
        "partner_code_cus": LGSP_ACCOUNT.partner_code_cus,
    }
    return (
        blob | {"officers": {_OFFICER: {"key_name": name, "key_pass": key}}} if officers else blob
    )


def _population() -> dict[str, Way]:
    who = load_personas()[_TESTER].declared
    test_person = {
        "number": who.number,
        "full_name": who.name,
        "birth": who.birth,
        "officer": _OFFICER,
    }
    c06 = {
        "kind": "c06",
        "username": C06_ACCOUNT.username,
        "secret": C06_ACCOUNT.secret,
        "sv_url": C06_ACCOUNT.sv_url,
        "timestamp_unit": "ms",
    }
    dongthap = {"kind": "dongthap", "auth": DONGTHAP_ACCOUNT.auth}
    user = {"user_name_service": DONGTHAP_ACCOUNT.users[0]}
    return {
        "c06": Way("soap", "/c06", c06),
        "lgsp": Way("soap", "/lgsp", _lgsp(officers=True), {"test_person": test_person}),
        "wrapper": Way("wrapped", "/wrapper", {"kind": "open"}),
        "dongthap": Way("flat", "/dongthap", dongthap, user),
    }


def _ways() -> dict[str, dict[str, Way]]:
    ngsp = {
        "kind": "ngsp",
        "consumer_key": NGSP_ACCOUNT.consumer_key,
        "consumer_secret": NGSP_ACCOUNT.consumer_secret,
    }
    egw = {
        "kind": "egw",
        "username": CARD_ACCOUNT.username,
        "password": CARD_ACCOUNT.password,
    }
    officer = {"name": CARD_ACCOUNT.officer_name, "number": CARD_ACCOUNT.officer_number}
    ilis = {
        "kind": "ilis",
        "username": ILIS_ACCOUNT.username,
        "password": ILIS_ACCOUNT.password,
        "client_id": ILIS_ACCOUNT.client_id,
        "client_secret": ILIS_ACCOUNT.client_secret,
    }
    portal = {
        "kind": "portal",
        "username": PORTAL_ACCOUNT.username,
        "password": PORTAL_ACCOUNT.password,
        "dstcode": PORTAL_ACCOUNT.dstcode,
        "madonvi": PORTAL_ACCOUNT.madonvi,
    }
    ministry = {
        "kind": "ngsp",
        "consumer_key": MINISTRY_CLIENT.client_id,
        "consumer_secret": MINISTRY_CLIENT.client_secret,
        "client_auth": "form",
    }
    partner = {
        "payment_partner": PAYMENT_ACCOUNT.partner,
        "payment_secret": PAYMENT_ACCOUNT.secret,
    }
    steps = {
        "LayMaHoSo": "mahoso",
        "TaiTep": "tep",
        "TaoHoSo": "hoso",
        "CapNhatTienDo": "tiendo",
        "CapNhatTrangThai": "trangthai",
    }
    nobody = {"kind": "open"}
    enveloped = {"envelope": "response"}
    return {
        "population": _population(),
        "business": {
            "ngsp": Way("generation1", "", ngsp),
            "lgsp": Way("generation1", "", _lgsp()),
            "generation2": Way("generation2", "", ngsp),
            "hcm": Way("hcm", "", {**_lgsp(), "kind": "hcm"}),
            "opencps": Way("opencps", "", nobody),
            "thainguyen": Way("generation1", "/thainguyen", ngsp | enveloped),
        },
        "social_insurance": {
            "ngsp": Way("ngsp", "", ngsp),
            "lgsp": Way("ngsp", "", _lgsp()),
            "thainguyen": Way("ngsp", "/thainguyen", ngsp | enveloped),
            "gateway": Way("gateway", "", egw, {"officers": {_OFFICER: officer}}),
        },
        "land": {
            "ilis": Way("ilis", "/ilis", ilis),
            "vbdlis": Way("vbdlis", "/vbdlis", nobody),
        },
        "operations_centre": {
            "portal": Way("adapter", "", portal),
            "proxy": Way("proxy", "/proxy", nobody, {"ma_don_vi": AGENCY}),
            "payment": Way("payment", "", nobody, partner),
            "ministry": Way("ministry", "/dvcbo", ministry, {"paths": steps}),
            "public": Way("public", "/api/v1", nobody),
            "emc": Way("emc", "/emc", nobody, {"emc_profile": AGENCY, "emc_site": AGENCY}),
        },
    }


WAYS: Final[Mapping[str, Mapping[str, Way]]] = _ways()
"""Every way that a configuration may take, by system and name; the first is the default."""


def check_ways(chosen: Mapping[str, str]) -> None:
    """Refuses systems and ways that there are not.

    Raises:
        FaultError: It names what there is.
    """
    for system, name in chosen.items():
        if system not in WAYS:
            raise FaultError(f"unknown system {system}; known: {', '.join(WAYS)}")
        if name not in WAYS[system]:
            raise FaultError(
                f"unknown channel {name} of {system}; known: {', '.join(WAYS[system])}"
            )


def configuration(
    urls: Mapping[str, str],
    ca: Path,
    state: Path,
    catalogue: Path | None,
    chosen: Mapping[str, str] | None = None,
) -> str:
    """A configuration that points at the given systems, with absolute paths and the sandbox's credentials.

    The site's own store goes into ``<state>/site``; ``chosen`` names the way into a system, else it is the first.

    Raises:
        FaultError: A chosen system or way is unknown.
    """
    check_ways(chosen or {})
    site = state / "site"
    tables: dict[str, Table] = {
        "site": {"agency": AGENCY, "name": "UBND tỉnh Hưng Yên"},
        "store": {
            "url": f"sqlite:///{site / 'lienthong.db'}",
            "content": str(site / "content"),
            "keys": str(site / "keys.json"),
        },
        "reporting": {
            "sink_url": f"{urls['operations_centre']}/reports/figures",
            "sink_key": str(state / REPORT_KEY_FILE),
            "sink_ca": str(ca),
        },
    }
    if catalogue is not None:
        tables["catalogue"] = {"path": str(catalogue)}
    for system, ways in WAYS.items():
        way = ways[(chosen or {}).get(system, next(iter(ways)))]
        head = {
            "connector": system,
            "dialect": way.dialect,
            "url": urls[system] + way.front,
            "ca": str(ca),
            "channel": way.channel,
        }
        tables[f"systems.{system}"] = head | ({"options": way.options} if way.options else {})
    return "\n".join(_table(name, values) for name, values in tables.items())


def _table(name: str, values: Table) -> str:
    """The table's own values, then the tables inside it."""
    # A JSON string is a TOML basic string too.
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in values.items()
        if not isinstance(value, Mapping)
    ]
    inner = [
        _table(f"{name}.{key}", value)
        for key, value in values.items()
        if isinstance(value, Mapping)
    ]
    own = ["\n".join([f"[{name}]", *lines, ""])] if lines else []
    return "\n".join([*own, *inner])
