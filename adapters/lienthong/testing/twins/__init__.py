"""Deliberately broken twins of the reference connector: each fails exactly one check, which proves that check.

They stand in modules of the same names as their checks.
"""

from . import _answers, _declaration, _failures  # noqa: F401 - they register their twins
from ._kit import TWINS
from ._trial import TriedTwin, try_twin

__all__ = ["TWINS", "TriedTwin", "try_twin"]
