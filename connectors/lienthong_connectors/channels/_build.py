"""Finds the channel that a system's settings name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lienthong.interface import Channel, SystemSettings, Tools

from ._c06 import C06Channel
from ._configuration import one_of
from ._dongthap import DongThapChannel
from ._egw import EgwChannel
from ._hcm import HcmChannel
from ._ilis import IlisChannel
from ._lgsp import LgspChannel
from ._ngsp import NgspChannel
from ._open import OpenChannel
from ._portal import PortalChannel

_BUILDERS: Final[dict[str, Callable[[SystemSettings, Tools], Channel]]] = {
    "c06": C06Channel.build,
    "lgsp": LgspChannel.build,
    "ngsp": NgspChannel.build,
    "open": OpenChannel.build,
    "ilis": IlisChannel.build,
    "portal": PortalChannel.build,
    "dongthap": DongThapChannel.build,
    "hcm": HcmChannel.build,
    "egw": EgwChannel.build,
}


def build_channel(settings: SystemSettings, tools: Tools) -> Channel:
    """The channel of a system.

    Raises:
        ConfigurationError: The kind is unknown, or a key of its table is missing, unknown or wrong.
    """
    where = f"systems.{settings.name}.channel.kind"
    kind = one_of(str(settings.channel.get("kind", "")), _BUILDERS, where)
    return _BUILDERS[kind](settings, tools)
