"""The ``lienthong`` command. Commands import the rooms they need when they run, so that help is fast."""

from ._main import main

__all__ = ["main"]
