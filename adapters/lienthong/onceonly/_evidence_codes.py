"""Digitisation codes (mã số hóa): ours, unique and opaque."""

from __future__ import annotations

import secrets
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as a digit or as another letter."""
_LENGTH: Final = 16


def digitisation_code(prefix: str) -> str:
    """A new code, ``prefix-XXXXXXXXXXXXXXXX``; nothing may parse it (its structure in TT 01/2023 art. 10 is unpublished).

    80 random bits and no counter: nodes, restarts and restored backups need not agree, and a code tells neither the owner nor
    how many there are. Among a billion codes the chance that any two are equal is one in two million; the table would
    refuse the second.

    Args:
        prefix: Agency and prefix of the installation (settings ``evidence.agency``, ``evidence.prefix``).
    """
    return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))}"
