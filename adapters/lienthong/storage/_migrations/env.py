"""Alembic's entry: runs the revisions on the connection that :mod:`lienthong.storage` opened for it."""

from __future__ import annotations

from alembic import context

from lienthong.storage import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    # DDL is transactional on PostgreSQL, and on SQLite too once the driver begins no transactions of its own.
    transactional_ddl=True,
)

with context.begin_transaction():
    context.run_migrations()
