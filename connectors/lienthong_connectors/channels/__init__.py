"""Channels: how the messages of connectors travel. One private module per kind.

What a connector needs is ``Wire``; what a new kind needs is ``Sender``, ``TokenKeeper`` and ``fetch_token``.
"""

from ._build import build_channel
from ._configuration import Table, join_url, one_of, read_channel, read_options
from ._oauth import fetch_token, read_oauth, send_own
from ._paging import Page, Paging
from ._sending import Sender
from ._tokens import Token, TokenKeeper
from ._wire import Wire, not_offered, one_of_several
from .errors import NothingThere, NotTaken, OfficerNotLicensed

__all__ = [
    "NotTaken",
    "NothingThere",
    "OfficerNotLicensed",
    "Page",
    "Paging",
    "Sender",
    "Table",
    "Token",
    "TokenKeeper",
    "Wire",
    "build_channel",
    "fetch_token",
    "join_url",
    "not_offered",
    "one_of",
    "one_of_several",
    "read_channel",
    "read_oauth",
    "read_options",
    "send_own",
]
