"""What evidence is worth (signature, scope, kind of file), and what happened that ended it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
_COLUMNS = ("media_type", "nature", "scope", "signature")


def upgrade() -> None:
    """Adds columns, an index and a table; nothing that exists changes."""
    for column in _COLUMNS:
        op.add_column("evidence", sa.Column(column, sa.Text(), nullable=True))
    op.add_column("evidence", sa.Column("signature_reasons", sa.JSON(), nullable=True))
    op.add_column("evidence", sa.Column("ended_at", _MOMENT, nullable=True))
    op.create_index("ix_evidence_content_sha256", "evidence", ["content_sha256"])
    op.create_table(
        "evidence_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("rule_version", sa.Text(), nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_events"),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name="fk_evidence_events_evidence_id"
        ),
    )
    op.create_index("ix_evidence_events_evidence_id", "evidence_events", ["evidence_id"])


def downgrade() -> None:
    """Drops them again."""
    op.drop_table("evidence_events")
    op.drop_index("ix_evidence_content_sha256", "evidence")
    for column in ("ended_at", "signature_reasons", *reversed(_COLUMNS)):
        # Both databases know this statement; alembic would copy the whole table on SQLite.
        op.execute(f"ALTER TABLE evidence DROP COLUMN {column}")
