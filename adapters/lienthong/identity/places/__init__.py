"""Names and codes of places through time, so that an address on an old paper equals today's."""

from lienthong.identity.places._address import Located
from lienthong.identity.places._history import PlaceHistory, PlaceView
from lienthong.identity.places._model import (
    CodeCheck,
    Level,
    Place,
    PlaceMatch,
    Source,
    Succession,
)

__all__ = [
    "CodeCheck",
    "Level",
    "Located",
    "Place",
    "PlaceHistory",
    "PlaceMatch",
    "PlaceView",
    "Source",
    "Succession",
]
