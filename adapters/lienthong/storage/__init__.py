"""The store: database, tables, migrations, claims.

SQLite serves one node, PostgreSQL several; the URL alone decides. Slow to import (SQLAlchemy): import it inside commands.
"""

from . import _tables as tables
from ._claims import claim, heartbeat, release
from ._columns import moment_from_text, moment_text, new_id, utc_now
from ._database import Database, sqlite_pragmas
from ._failures import classify_postgresql, classify_sqlite
from ._migrate import HEAD, check_schema, downgrade, migrate, revision
from ._tables import (
    audit_log,
    audit_results,
    cases,
    checks,
    decisions,
    evidence,
    evidence_events,
    health_results,
    hub_dossiers,
    hub_steps,
    jobs,
    leaders,
    metadata,
    outbox,
    papers,
    pauses,
    reconciliations,
)
from .errors import SchemaOutdated, StorageError, StoreFull, StoreUnavailable

__all__ = [
    "HEAD",
    "Database",
    "SchemaOutdated",
    "StorageError",
    "StoreFull",
    "StoreUnavailable",
    "audit_log",
    "audit_results",
    "cases",
    "check_schema",
    "checks",
    "claim",
    "classify_postgresql",
    "classify_sqlite",
    "decisions",
    "downgrade",
    "evidence",
    "evidence_events",
    "health_results",
    "heartbeat",
    "hub_dossiers",
    "hub_steps",
    "jobs",
    "leaders",
    "metadata",
    "migrate",
    "moment_from_text",
    "moment_text",
    "new_id",
    "outbox",
    "papers",
    "pauses",
    "reconciliations",
    "release",
    "revision",
    "sqlite_pragmas",
    "tables",
    "utc_now",
]
