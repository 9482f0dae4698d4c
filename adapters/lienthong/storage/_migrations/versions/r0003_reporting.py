"""What indicators and forms are counted from: facts per case, steps, payments, ratings, petitions, publications."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
_TABLES = (
    "outside_figures",
    "procedure_offers",
    "publications",
    "petitions",
    "ratings",
    "case_payments",
    "case_steps",
    "case_facts",
)
_COUNTS = (
    "waits_s",
    "supplements",
    "early",
    "paid_online",
    "fee_due",
    "fee_free",
    "identity_verified",
    "population_used",
    "from_national_store",
    "digitised",
    "component_file",
    "electronic_result",
    "certified_copy",
    "papers",
    "papers_reused",
)


def _must(name: str, kind: sa.types.TypeEngine[Any] | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=False)


def _may(name: str, kind: sa.types.TypeEngine[Any] | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=True)


def upgrade() -> None:
    """Adds tables and one index; nothing that exists changes."""
    op.create_table(
        "case_facts",
        _must("case_id"),
        _must("revision", sa.Integer()),
        _must("seen", sa.BigInteger()),
        _must("dossier"),
        _must("procedure"),
        _must("unit"),
        _must("receiving_unit"),
        _may("channel"),
        _must("status"),
        _may("received_at", _MOMENT),
        _may("limit_at", _MOMENT),
        _may("net_limit_at", _MOMENT),
        _may("end_at", _MOMENT),
        _may("first_supplement_at", _MOMENT),
        _may("took_s", sa.BigInteger()),
        *(_must(name, sa.Integer()) for name in _COUNTS),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_facts"),
    )
    op.create_index("ix_case_facts_case_id_revision", "case_facts", ["case_id", "revision"])
    op.create_index("ix_case_facts_received_at", "case_facts", ["received_at"])
    op.create_index("ix_case_facts_seen", "case_facts", ["seen"])
    op.create_index("ix_cases_id_revision", "cases", ["id", "revision"])
    op.create_table(
        "case_steps",
        _must("id"),
        _must("case_id"),
        _must("status"),
        _must("at", _MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_steps_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_steps"),
    )
    op.create_index("ix_case_steps_case_id", "case_steps", ["case_id"])
    op.create_table(
        "case_payments",
        _must("id"),
        _must("case_id"),
        _must("code"),
        _must("name"),
        _must("amount", sa.BigInteger()),
        _must("way"),
        _may("paid_at", _MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_payments_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_payments"),
        sa.UniqueConstraint("case_id", "code", name="uq_case_payments_case_id_code"),
    )
    op.create_table(
        "ratings",
        _must("id"),
        _must("dossier"),
        _must("unit"),
        _must("procedure"),
        _must("at", _MOMENT),
        _must("satisfaction", sa.Integer()),
        _must("channel"),
        _must("criteria", sa.JSON()),
        _may("sealed", sa.LargeBinary()),
        _may("told_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
        sa.UniqueConstraint("dossier", name="uq_ratings_dossier"),
    )
    op.create_index("ix_ratings_at", "ratings", ["at"])
    op.create_index("ix_ratings_told_at", "ratings", ["told_at"])
    op.create_table(
        "petitions",
        _must("id"),
        _must("unit"),
        _may("dossier"),
        _must("about"),
        _must("received_at", _MOMENT),
        _may("supplement_asked_at", _MOMENT),
        _may("rejected_at", _MOMENT),
        _may("answered_at", _MOMENT),
        _may("published_at", _MOMENT),
        _may("satisfaction", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_petitions"),
    )
    op.create_index("ix_petitions_received_at", "petitions", ["received_at"])
    op.create_table(
        "publications",
        _must("id"),
        _must("procedure"),
        _must("unit"),
        _must("decision"),
        _must("decided_on", sa.Date()),
        _must("effective_on", sa.Date()),
        _may("published_on", sa.Date()),
        _must("complete", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.UniqueConstraint("procedure", "decision", name="uq_publications_procedure_decision"),
    )
    op.create_index("ix_publications_decided_on", "publications", ["decided_on"])
    op.create_table(
        "procedure_offers",
        _must("id"),
        _must("procedure"),
        _must("unit"),
        _may("one_stop", sa.Boolean()),
        _may("internal_process", sa.Boolean()),
        _may("online_payment", sa.Boolean()),
        _may("population_data", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_procedure_offers"),
        sa.UniqueConstraint("procedure", "unit", name="uq_procedure_offers_procedure_unit"),
    )
    op.create_table(
        "outside_figures",
        _must("id"),
        _must("name"),
        _must("unit"),
        _must("period"),
        _must("value", sa.BigInteger()),
        _must("source"),
        _must("at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_outside_figures"),
        sa.UniqueConstraint("name", "unit", "period", name="uq_outside_figures_name_unit_period"),
    )


def downgrade() -> None:
    """Drops them again; the facts can be counted anew, the rest is lost."""
    op.drop_index("ix_cases_id_revision", "cases")
    for table in _TABLES:
        op.drop_table(table)
