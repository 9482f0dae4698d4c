"""The library's configuration file for this sandbox, as TOML text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from lienthong_sandbox._credentials import (
    AGENCY,
    C06_ACCOUNT,
    ILIS_ACCOUNT,
    NGSP_ACCOUNT,
    PORTAL_ACCOUNT,
)

_FRONTS = {"population": "/c06", "land": "/ilis"}
"""The front of a system that has several; the others stand at the root."""


def configuration(urls: Mapping[str, str], ca: Path, state: Path, catalogue: Path | None) -> str:
    """A configuration that points at the given systems, with absolute paths and the sandbox's credentials.

    The site's own store goes into ``<state>/site``.
    """
    site = state / "site"
    tables: dict[str, Mapping[str, str]] = {
        "site": {"agency": AGENCY, "name": "UBND tỉnh Hưng Yên"},
        "store": {
            "url": f"sqlite:///{site / 'lienthong.db'}",
            "content": str(site / "content"),
            "keys": str(site / "keys.json"),
        },
    }
    if catalogue is not None:
        tables["catalogue"] = {"path": str(catalogue)}
    for name, (dialect, channel) in _channels().items():
        url = urls[name] + _FRONTS.get(name, "")
        head = {"connector": name, "dialect": dialect, "url": url, "ca": str(ca)}
        tables[f"systems.{name}"] = head
        tables[f"systems.{name}.channel"] = channel
    return "\n".join(_table(name, values) for name, values in tables.items())


def _channels() -> dict[str, tuple[str, Mapping[str, str]]]:
    ngsp = {
        "kind": "ngsp",
        "consumer_key": NGSP_ACCOUNT.consumer_key,
        "consumer_secret": NGSP_ACCOUNT.consumer_secret,
    }
    return {
        "population": (
            "soap",
            {
                "kind": "c06",
                "username": C06_ACCOUNT.username,
                "secret": C06_ACCOUNT.secret,
                "sv_url": C06_ACCOUNT.sv_url,
                "timestamp_unit": "ms",
            },
        ),
        "business": ("generation1", ngsp),
        "social_insurance": ("ngsp", ngsp),
        "land": (
            "ilis",
            {
                "kind": "ilis",
                "username": ILIS_ACCOUNT.username,
                "password": ILIS_ACCOUNT.password,
                "client_id": ILIS_ACCOUNT.client_id,
                "client_secret": ILIS_ACCOUNT.client_secret,
            },
        ),
        "operations_centre": (
            "adapter",
            {
                "kind": "portal",
                "username": PORTAL_ACCOUNT.username,
                "password": PORTAL_ACCOUNT.password,
                "dstcode": PORTAL_ACCOUNT.dstcode,
                "madonvi": PORTAL_ACCOUNT.madonvi,
            },
        ),
    }


def _table(name: str, values: Mapping[str, str]) -> str:
    # A JSON string is a TOML basic string too.
    lines = [f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])
