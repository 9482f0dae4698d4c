"""The code lists of the hub and the keys of their rows (hub page §1.1; doubts page: MA…/TEN… by suffix)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ListKind:
    """How one code list is asked for and read.

    Attributes:
        service: Its service, ``LayDanhMuc…``.
        code: Key of the code in a row.
        name: Key of the name.
        parent: Key of the unit above, where there is one.
        title_vi: What it lists, in Vietnamese.
        published: Whether the row keys are published; otherwise they follow the rule MA…/TEN… (doubts page).
    """

    service: str
    code: str
    name: str
    title_vi: str
    parent: str = ""
    published: bool = False


def _by_rule(tail: str, title_vi: str, parent: str = "") -> ListKind:
    key = tail.upper()
    return ListKind(f"LayDanhMuc{tail}", f"MA{key}", f"TEN{key}", title_vi, parent)


LISTS: Final[dict[str, ListKind]] = {
    "agencies": ListKind("LayDanhMucCoQuan", "MADONVI", "TENDONVI", "cơ quan", "CAPDONVI", True),
    "fields": ListKind("LayDanhMucLinhVuc", "MALINHVUC", "TENLINHVUC", "lĩnh vực", "MANGANH", True),
    "sexes": _by_rule("GioiTinh", "giới tính"),
    "provinces": _by_rule("TinhThanh", "tỉnh, thành phố"),
    "districts": _by_rule("QuanHuyen", "quận, huyện (cũ)", "MATINHTHANH"),
    "communes": _by_rule("PhuongXa", "phường, xã", "MATINHTHANH"),
    "countries": _by_rule("QuocGia", "quốc gia"),
    "ethnicities": _by_rule("DanToc", "dân tộc"),
    "religions": _by_rule("TonGiao", "tôn giáo"),
    "marital_statuses": _by_rule("TinhTrangHonNhan", "tình trạng hôn nhân"),
    "subjects": _by_rule("DoiTuong", "đối tượng thực hiện"),
    "levels": _by_rule("CapThucHien", "cấp thực hiện"),
    "legal_bases": _by_rule("CanCuPhapLy", "căn cứ pháp lý"),
    "fees": _by_rule("LePhi", "lệ phí"),
    "procedure_kinds": _by_rule("LoaiThuTuc", "loại thủ tục"),
    "procedure_groups": _by_rule("NhomThuTuc", "nhóm thủ tục"),
    "procedures_of_kind": ListKind(
        "LayDanhMucThuTucThuocLoai", "MATTHC", "TENTTHC", "thủ tục thuộc loại"
    ),
}
"""Our name of a list → how it travels."""
