"""Errors of the once-only room.

.. code-block:: text

    LienthongError
    └── OnceOnlyError
        ├── CatalogueInvalid      a procedure or rule file is wrong; correct the named place
        ├── CatalogueNotSynchronised  the nation gave no list of procedures; what was last seen stays
        ├── UnknownProcedure      no such procedure in the catalogue
        ├── UnknownComponent      the procedure asks for no such paper
        ├── EvidenceRefused       the paper cannot be kept or reused; the message says why
        └── NotRecomputable       a recorded decision cannot be made again; the message says why
"""

from __future__ import annotations

from lienthong.interface import LienthongError

__all__ = [
    "CatalogueInvalid",
    "CatalogueNotSynchronised",
    "EvidenceRefused",
    "NotRecomputable",
    "OnceOnlyError",
    "UnknownComponent",
    "UnknownProcedure",
]


class OnceOnlyError(LienthongError):
    """Base of this room's errors."""

    code = "once_only"


class CatalogueInvalid(OnceOnlyError):
    """A procedure or rule file is wrong."""

    code = "catalogue_invalid"
    desk_vi = "Danh mục thủ tục chưa đúng. Đề nghị báo quản trị hệ thống."
    operator = "Correct the named file, then run `lienthong config check`."


class CatalogueNotSynchronised(OnceOnlyError):
    """The nation gave no list of procedures."""

    code = "catalogue_not_synchronised"
    desk_vi = "Chưa cập nhật được danh mục thủ tục quốc gia; danh mục đã có vẫn dùng được."
    operator = (
        "Nothing is lost: look at `lienthong health`, then run `lienthong catalogue sync` again."
    )


class UnknownProcedure(OnceOnlyError):
    """The catalogue has no such procedure."""

    code = "unknown_procedure"
    desk_vi = "Không có thủ tục này trong danh mục. Đề nghị kiểm tra lại mã thủ tục."
    operator = "Synchronise the catalogue, or add the procedure's file to the catalogue folder."


class UnknownComponent(OnceOnlyError):
    """The procedure asks for no such paper."""

    code = "unknown_component"
    desk_vi = "Thủ tục không có thành phần hồ sơ này. Đề nghị chọn lại trong danh sách giấy tờ."
    operator = "Nothing: the caller named a paper that the procedure does not ask for."


class EvidenceRefused(OnceOnlyError):
    """The paper cannot be kept or reused."""

    code = "evidence_refused"
    desk_vi = "Giấy tờ này không lưu hoặc dùng lại được. Đề nghị kiểm tra lại giấy tờ."
    operator = "Nothing: the caller must supply another paper."

    def __init__(self, message: str, *, desk_vi: str = "") -> None:
        super().__init__(message)
        if desk_vi:
            self.desk_vi = desk_vi


class NotRecomputable(OnceOnlyError):
    """A recorded decision cannot be made again."""

    code = "not_recomputable"
    desk_vi = "Không tính lại được quyết định này từ bản ghi. Đề nghị báo quản trị hệ thống."
    operator = "Run the version of the software that recorded the decision, or restore its record from a backup."
