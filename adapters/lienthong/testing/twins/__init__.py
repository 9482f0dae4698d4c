"""Deliberately broken twins of the reference connector: each fails exactly one check, which proves that check."""

from ._made import TWINS
from ._trial import TriedTwin, try_twins

__all__ = ["TWINS", "TriedTwin", "try_twins"]
