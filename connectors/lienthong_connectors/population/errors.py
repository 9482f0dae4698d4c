"""Errors that only the population connector's own parts pass between themselves.

.. code-block:: text

    lienthong.interface.SystemFault
    └── NoSuchList                  the far side knows no list request of this ticket: the connector answers NotFound
"""

from __future__ import annotations

from lienthong.interface import SystemFault

__all__ = ["NoSuchList"]


class NoSuchList(SystemFault):
    """A Fault whose code says that there is no such list request. Never leaves the connector for a question about a ticket."""
