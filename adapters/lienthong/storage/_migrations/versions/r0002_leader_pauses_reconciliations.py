"""One leader for the schedule, jobs that can be paused and have a last moment, and what reconciliations found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    """Adds tables and columns; nothing that exists changes."""
    op.create_table(
        "leaders",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("role", name="pk_leaders"),
    )
    op.create_table(
        "pauses",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_pauses"),
    )
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliations"),
    )
    op.create_index("ix_reconciliations_day", "reconciliations", ["day"])
    op.add_column("jobs", sa.Column("started_at", _MOMENT, nullable=True))
    op.add_column("jobs", sa.Column("until", _MOMENT, nullable=True))
    op.add_column("jobs", sa.Column("fence", sa.Integer(), nullable=True))
    op.add_column("jobs", sa.Column("result", sa.JSON(), nullable=True))
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at"])


def downgrade() -> None:
    """Drops them again."""
    op.drop_index("ix_outbox_sent_at", "outbox")
    for column in ("result", "fence", "until", "started_at"):
        # Both databases know this statement; alembic would copy the whole table on SQLite.
        op.execute(f"ALTER TABLE jobs DROP COLUMN {column}")
    for table in ("reconciliations", "pauses", "leaders"):
        op.drop_table(table)
