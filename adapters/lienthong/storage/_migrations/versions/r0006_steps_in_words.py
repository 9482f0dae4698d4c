"""What a step of a case says, and how often a supplement was asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds columns. Of steps taken before nothing more is known: what they asked for stays untold."""
    op.add_column("cases", sa.Column("supplements", sa.Integer(), nullable=True))
    op.add_column("case_steps", sa.Column("sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drops them again."""
    # Both databases know this statement; alembic would copy the whole table on SQLite.
    op.execute("ALTER TABLE case_steps DROP COLUMN sealed")
    op.execute("ALTER TABLE cases DROP COLUMN supplements")
