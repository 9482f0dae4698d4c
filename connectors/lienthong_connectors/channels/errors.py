"""Errors that only channels and connectors pass between themselves.

.. code-block:: text

    lienthong.interface.RequestRefused
    └── OfficerNotLicensed          the officer has no key pair: the connector answers NotLicensed
    lienthong.interface.SystemFault
    ├── NothingThere                HTTP 404: where an address names a subject, the connector answers NotFound
    └── NotTaken                    HTTP 400: where a message may be refused by status alone, the connector answers Rejected
"""

from __future__ import annotations

from lienthong.interface import RequestRefused, SystemFault

__all__ = ["NotTaken", "NothingThere", "OfficerNotLicensed"]


class OfficerNotLicensed(RequestRefused):
    """The platform wants the officer's own key pair and the configuration has none (population page A2, V-B).

    Nothing was sent. Never leaves a connector: it becomes the outcome ``NotLicensed``.
    """

    code = "officer_not_licensed"
    operator = "Ask the platform for a key pair of this officer and add it to `channel.officers`."


class NothingThere(SystemFault):
    """HTTP 404. For most services that is a wrong path, which repeating will not cure; for a few it is an answer."""


class NotTaken(SystemFault):
    """HTTP 400. For most services a message of ours in the wrong form; for a few the only way to refuse one."""
