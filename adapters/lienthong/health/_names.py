"""What things are called on screens."""

from __future__ import annotations

from typing import Final

COMPONENTS_VI: Final = {
    "population": "Dân cư",
    "business": "Đăng ký doanh nghiệp",
    "social_insurance": "Bảo hiểm xã hội",
    "land": "Đất đai",
    "operations_centre": "Trung tâm điều hành",
    "paper_store": "Kho giấy tờ số hóa",
    "database": "Cơ sở dữ liệu",
    "disk": "Đĩa",
    "audit": "Nhật ký tra cứu",
    "outbox": "Hàng đợi đồng bộ",
    "provisional": "Tiếp nhận tạm",
    "catalogue": "Danh mục",
    "clock": "Đồng hồ",
    "jobs": "Việc theo lịch",
    "ratings": "Đánh giá của người dân",
    "callback": "Thông báo cho hệ thống một cửa",
}

BREAKER_VI: Final = {
    "closed": "đóng",
    "open": "mở",
    "half_open": "đang thử",
    "half-open": "đang thử",
    "probing": "đang thử",
}


def component_vi(name: str) -> str:
    """Vietnamese name of a component; of a system under a name of the site's own, that name."""
    return COMPONENTS_VI.get(name, name)
