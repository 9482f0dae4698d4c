"""The alembic environment: ``env.py`` and the revisions. Run by :func:`lienthong.storage.migrate`, not by hand."""
