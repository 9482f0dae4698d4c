"""The guard: who may ask, the audit log, keys, sealed fields, logs without personal data."""

from ._access import AccessPolicy, OpenCaseOnly, require_job
from ._audit import AuditLog, AuditRoom
from ._audit_entries import AuditEntry, AuditRecord, AuditResult
from ._keyring import Key, KeyPurpose, Keyring
from ._logging import configure_library_logging, configure_logging
from ._redaction import redact, redact_text
from ._sealing import BlindIndex, Sealer
from .errors import KeyringUnusable, SealBroken

__all__ = [
    "AccessPolicy",
    "AuditEntry",
    "AuditLog",
    "AuditRecord",
    "AuditResult",
    "AuditRoom",
    "BlindIndex",
    "Key",
    "KeyPurpose",
    "Keyring",
    "KeyringUnusable",
    "OpenCaseOnly",
    "SealBroken",
    "Sealer",
    "configure_library_logging",
    "configure_logging",
    "redact",
    "redact_text",
    "require_job",
]
