"""Errors of the store, classed by what the operator should do.

.. code-block:: text

    LienthongError
    └── StorageError            the database did not do what was asked
        ├── StoreUnavailable    unreachable, locked or failing: check it; work resumes by itself
        ├── StoreFull           no room to write: free the disk; work resumes by itself
        └── SchemaOutdated      run `lienthong migrate`, or start the version that wrote the schema

A broken constraint is no error of this tree: ``sqlalchemy.exc.IntegrityError`` reaches the caller, who alone knows what it
means. No message contains a value of a row.
"""

from __future__ import annotations

from lienthong.interface import LienthongError

__all__ = ["SchemaOutdated", "StorageError", "StoreFull", "StoreUnavailable"]


class StorageError(LienthongError):
    """The database did not do what was asked; nothing of the transaction is kept."""

    code = "storage"
    desk_vi = (
        "Tạm thời chưa lưu được dữ liệu. Đề nghị thử lại sau ít phút hoặc báo quản trị hệ thống."
    )
    operator = "Check the database named by `store.url`, then run `lienthong health`."


class StoreUnavailable(StorageError):
    """The database cannot be reached, is locked by another writer for too long, or fails."""

    code = "store_unavailable"


class StoreFull(StorageError):
    """The database has no room to write."""

    code = "store_full"
    desk_vi = "Máy chủ hết chỗ lưu dữ liệu. Đề nghị báo quản trị hệ thống."
    operator = "Free space on the disk of the database; work resumes by itself."


class SchemaOutdated(StorageError):
    """The tables are not those of this version."""

    code = "schema_outdated"
    desk_vi = "Hệ thống chưa được nâng cấp xong. Đề nghị báo quản trị hệ thống."
    operator = "Run `lienthong migrate`; if the database is newer than the program, start the newer version."
