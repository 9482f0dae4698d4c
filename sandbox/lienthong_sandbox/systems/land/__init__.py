"""The land databases VBDLIS and iLIS; dossier exchange from the land page, look-up by our own contract."""

from lienthong_sandbox._world import World

from ._hosoxml import qr_text
from ._system import TOKEN_LIFE, Land

__all__ = ["TOKEN_LIFE", "Land", "build", "qr_text"]


def build(world: World) -> Land:
    """The land services for one sandbox."""
    return Land(world)
