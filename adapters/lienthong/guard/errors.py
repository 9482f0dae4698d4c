"""Errors of the guard.

.. code-block:: text

    LienthongError
    ├── ConfigurationError
    │   └── KeyringUnusable     the keyring file is missing, malformed or readable by others
    └── SealBroken              a sealed value was changed, moved, or sealed with a key we do not hold

That the audit log cannot be written is :class:`lienthong.interface.AuditUnavailable`. No message contains key material or
what was sealed.
"""

from __future__ import annotations

from lienthong.interface import ConfigurationError, LienthongError

__all__ = ["KeyringUnusable", "SealBroken"]


class KeyringUnusable(ConfigurationError):
    """The keyring file cannot be used."""

    code = "keyring"
    operator = "Restore the keyring file named by `store.keys` with mode 0600; without it nothing sealed can be read."


class SealBroken(LienthongError):
    """A sealed value does not open: changed, moved to another row or field, or sealed with a key we do not hold."""

    code = "seal_broken"
    desk_vi = "Dữ liệu đã lưu không mở được. Đề nghị báo quản trị hệ thống."
    operator = "Compare keyring and database: both must come from the same installation and backup."
