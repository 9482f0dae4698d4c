"""The applicant's word, events for the one-stop system, wrong values in registers, keyed indexes in the outbox, whom a
paper is about, the national catalogue and its versions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def _must(name: str, kind: Any = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=False)


def _may(name: str, kind: Any = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=True)


def upgrade() -> None:
    """Adds columns and tables, and renames what is a keyed index from now on.

    What was told under the bare hash of before counts as changed: the hub gets it once more, as an update.
    """
    for table in ("outbox", "hub_dossiers"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN content_sha256 TO content_index")
    op.add_column("cases", _may("consented", sa.JSON()))
    op.add_column("ratings", _may("next_at", _MOMENT))
    op.add_column("ratings", _may("problem"))
    op.add_column("evidence", _may("subject_index", sa.LargeBinary()))
    op.create_index("ix_evidence_subject_index", "evidence", ["subject_index"])
    op.create_table(
        "case_choices",
        _must("id"),
        _must("case_id"),
        _must("component"),
        _must("choice"),
        _must("officer"),
        _must("agency"),
        _must("at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_case_choices"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_choices_case_id"),
    )
    op.create_index("ix_case_choices_case_id", "case_choices", ["case_id"])
    op.create_table(
        "case_events",
        _must("id", sa.BigInteger()),
        _must("kind"),
        _must("dossier"),
        _must("component"),
        _must("outcome"),
        _must("sentence_vi"),
        _must("sentence_en"),
        _must("at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
    )
    op.create_table(
        "counters",
        _must("name"),
        _must("value", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "deliveries",
        _must("target"),
        _must("delivered", sa.BigInteger()),
        _must("attempts", sa.Integer()),
        _must("next_at", _MOMENT),
        _may("problem"),
        sa.PrimaryKeyConstraint("target", name="pk_deliveries"),
    )
    op.create_table(
        "wrong_values",
        _must("id"),
        _must("case_id"),
        _must("dossier"),
        _may("component"),
        _may("decision_id"),
        _may("evidence_id"),
        _may("request_id"),
        _must("owner_index", sa.LargeBinary()),
        _must("system"),
        _may("service"),
        _must("attribute"),
        _must("sealed", sa.LargeBinary()),
        _must("status"),
        _must("officer"),
        _must("agency"),
        _must("reported_at", _MOMENT),
        _may("answered_by"),
        _may("answered_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_values"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_wrong_values_case_id"),
    )
    op.create_index("ix_wrong_values_case_id", "wrong_values", ["case_id"])
    op.create_index("ix_wrong_values_owner_index_status", "wrong_values", ["owner_index", "status"])
    _create_catalogue()


def _create_catalogue() -> None:
    """The table of procedures of before was never filled."""
    op.add_column("cases", _may("procedure_version"))
    op.drop_table("procedures")
    op.create_table(
        "procedures",
        _must("code"),
        _must("version"),
        _must("fetched_at", _MOMENT),
        sa.PrimaryKeyConstraint("code", name="pk_procedures"),
    )
    op.create_table(
        "procedure_versions",
        _must("code"),
        _must("version"),
        _must("body"),
        _must("first_at", _MOMENT),
        sa.PrimaryKeyConstraint("code", "version", name="pk_procedure_versions"),
    )
    op.create_table(
        "catalogue_syncs",
        _must("id"),
        _must("began_at", _MOMENT),
        _may("ended_at", _MOMENT),
        _must("state"),
        _must("listed", sa.Integer()),
        _must("fetched", sa.Integer()),
        _must("failed", sa.Integer()),
        _may("problem"),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_syncs"),
    )
    op.create_table(
        "catalogue_changes",
        _must("id"),
        _must("sync_id"),
        _must("code"),
        _may("before"),
        _may("after"),
        _must("at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_changes"),
        sa.ForeignKeyConstraint(
            ["sync_id"], ["catalogue_syncs.id"], name="fk_catalogue_changes_sync_id"
        ),
    )
    op.create_index("ix_catalogue_changes_sync_id", "catalogue_changes", ["sync_id"])
    op.create_index("ix_catalogue_changes_code", "catalogue_changes", ["code"])


def downgrade() -> None:
    """Drops them again."""
    for table in ("catalogue_changes", "catalogue_syncs", "procedure_versions", "procedures"):
        op.drop_table(table)
    op.execute("ALTER TABLE cases DROP COLUMN procedure_version")
    op.create_table(
        "procedures",
        _must("code"),
        _must("body", sa.JSON()),
        _must("version"),
        _must("origin"),
        _must("fetched_at", _MOMENT),
        sa.PrimaryKeyConstraint("code", name="pk_procedures"),
    )
    for table in ("wrong_values", "deliveries", "counters", "case_events", "case_choices"):
        op.drop_table(table)
    # Both databases know this statement; alembic would copy the whole table on SQLite.
    op.execute("ALTER TABLE cases DROP COLUMN consented")
    for column in ("problem", "next_at"):
        op.execute(f"ALTER TABLE ratings DROP COLUMN {column}")
    op.drop_index("ix_evidence_subject_index", "evidence")
    op.execute("ALTER TABLE evidence DROP COLUMN subject_index")
    for table in ("hub_dossiers", "outbox"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN content_index TO content_sha256")
