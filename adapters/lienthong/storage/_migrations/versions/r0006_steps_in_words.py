"""What a step of a case says, how often a supplement was asked for, whom a decision is about, further files of a paper, one report
of a wrong value at a time, how a case was filed and is returned, and when a fee of which kind is collected."""

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
    op.add_column("cases", sa.Column("return_form", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("submitted_through", sa.Text(), nullable=True))
    op.add_column("case_payments", sa.Column("collected", sa.Text(), nullable=True))
    op.add_column("case_payments", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("case_steps", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.add_column("decisions", sa.Column("subject_index", sa.LargeBinary(), nullable=True))
    op.create_index("ix_decisions_subject_index", "decisions", ["subject_index"])
    op.create_table(
        "evidence_files",
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("content_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("evidence_id", "number", name="pk_evidence_files"),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name="fk_evidence_files_evidence_id"
        ),
    )
    op.create_index("ix_evidence_files_content_sha256", "evidence_files", ["content_sha256"])
    op.add_column("wrong_values", sa.Column("live", sa.Integer(), nullable=True))
    # Where two desks made two reports of one value, the first counts from now on; both are answered.
    op.execute(
        "UPDATE wrong_values SET live = 1 WHERE id IN (SELECT min(id) FROM wrong_values "
        "WHERE status IN ('open', 'answered') GROUP BY owner_index, system, attribute)"
    )
    op.create_index(
        "ix_wrong_values_owner_index_system_attribute_live",
        "wrong_values",
        ["owner_index", "system", "attribute", "live"],
        unique=True,
    )


def downgrade() -> None:
    """Drops them again."""
    op.drop_index("ix_wrong_values_owner_index_system_attribute_live", "wrong_values")
    op.drop_table("evidence_files")
    op.drop_index("ix_decisions_subject_index", "decisions")
    # Both databases know this statement; alembic would copy the whole table on SQLite.
    op.execute("ALTER TABLE wrong_values DROP COLUMN live")
    op.execute("ALTER TABLE decisions DROP COLUMN subject_index")
    op.execute("ALTER TABLE case_steps DROP COLUMN sealed")
    for column in ("kind", "collected"):
        op.execute(f"ALTER TABLE case_payments DROP COLUMN {column}")
    for column in ("submitted_through", "return_form", "supplements"):
        op.execute(f"ALTER TABLE cases DROP COLUMN {column}")
