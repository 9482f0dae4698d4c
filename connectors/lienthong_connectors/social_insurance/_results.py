"""What the card gateway's ``maKetQua`` means: code → outcome and sentence (insurance page §2.2, letter 1923 §4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """Which outcome or error a code becomes."""

    RIGHT = "right"
    """Confirmed, or the card's record: the card can be used."""
    UNUSABLE = "unusable"
    """The card exists and cannot be used: no to a yes/no question, the record with its caution to a look-up."""
    UNKNOWN = "unknown"
    """``NotFound``."""
    MISMATCH = "mismatch"
    """``Mismatch``."""
    OFFICER = "officer"
    """``NotLicensed``: the officer is not registered with BHXH, or the account may not ask this."""
    FAULT = "fault"
    """``SystemFault`` that may pass."""
    DATA_FAULT = "data_fault"
    """``SystemFault`` that asking again will not cure."""
    ACCOUNT = "account"
    """``CredentialsRefused``, after the channel has renewed the token once."""


_RIGHT: Final = "000"


@dataclass(frozen=True, slots=True)
class Result:
    """One code of the table."""

    code: str
    verdict: Verdict
    vi: str
    """What it means and what the desk does, one Vietnamese sentence."""
    en: str

    @property
    def caution_vi(self) -> str:
        """The sentence; empty for a card that is simply right."""
        return "" if self.code == _RIGHT else self.vi

    @property
    def caution_en(self) -> str:
        """The same in English."""
        return "" if self.code == _RIGHT else self.en


RESULTS: Final = {
    result.code: result
    for result in (
        Result("000", Verdict.RIGHT, "Thẻ đúng.", "The card is right."),
        Result("001", Verdict.RIGHT, "Thẻ do Bộ Quốc phòng quản lý; đề nghị kiểm tra thẻ và giấy tờ tùy thân.", "Defence manages the card: check the card and an identity paper."),
        Result("002", Verdict.RIGHT, "Thẻ do Bộ Công an quản lý; đề nghị kiểm tra thẻ và giấy tờ tùy thân.", "Public Security manages the card: check the card and an identity paper."),
        Result("003", Verdict.RIGHT, "Thẻ cũ hết giá trị, đã được cấp thẻ mới; đề nghị dùng mã thẻ mới.", "The old card has ended and a new one is issued: use the new code."),
        Result("004", Verdict.RIGHT, "Thẻ cũ còn giá trị, đã được cấp thẻ mới; đề nghị dùng mã thẻ mới khi thẻ cũ hết hạn.", "The old card is still valid and a new one is issued."),
        Result("010", Verdict.UNUSABLE, "Thẻ hết giá trị sử dụng.", "The card has expired."),
        Result("050", Verdict.UNKNOWN, "Không thấy thông tin thẻ bảo hiểm y tế.", "There is no information on the card."),
        Result("051", Verdict.MISMATCH, "Mã thẻ không đúng.", "The card code is wrong."),
        Result("052", Verdict.MISMATCH, "Mã tỉnh cấp thẻ (ký tự thứ 4, 5) không đúng.", "The issuing province (characters 4 and 5) is wrong."),
        Result("053", Verdict.MISMATCH, "Mã quyền lợi thẻ (ký tự thứ 3) không đúng.", "The benefit level (character 3) is wrong."),
        Result("054", Verdict.OFFICER, "Số căn cước của cán bộ chưa được đăng ký với cơ quan BHXH.", "The officer's personal number is not registered with BHXH."),
        Result("055", Verdict.OFFICER, "Họ tên cán bộ không khớp với số căn cước đã đăng ký với cơ quan BHXH.", "The officer's name does not match the personal number registered with BHXH."),
        Result("060", Verdict.MISMATCH, "Họ tên không đúng.", "The name is wrong."),
        Result("061", Verdict.MISMATCH, "Họ tên không đúng, chỉ đúng các chữ cái đầu.", "The name is wrong; only its initials are right."),
        Result("070", Verdict.MISMATCH, "Ngày sinh không đúng.", "The birth date is wrong."),
        Result("100", Verdict.DATA_FAULT, "Lỗi dữ liệu sổ thẻ tại cơ quan BHXH.", "The card-book data at BHXH are in error."),
        Result("101", Verdict.FAULT, "Lỗi máy chủ của cơ quan BHXH.", "The server of BHXH is in error."),
        Result("110", Verdict.UNUSABLE, "Thẻ đã bị thu hồi.", "The card is revoked."),
        Result("120", Verdict.UNUSABLE, "Thẻ đã báo giảm.", "The card is reported as ended (decrease)."),
        Result("121", Verdict.UNUSABLE, "Thẻ đã báo giảm do chuyển ra ngoài tỉnh.", "Ended: the holder moved out of the province."),
        Result("122", Verdict.UNUSABLE, "Thẻ đã báo giảm do chuyển trong tỉnh.", "Ended: the holder moved within the province."),
        Result("123", Verdict.UNUSABLE, "Thẻ đã báo giảm do tăng lại tại cùng đơn vị.", "Ended: the holder was registered again by the same unit."),
        Result("124", Verdict.UNUSABLE, "Thẻ đã báo giảm do ngừng tham gia.", "Ended: the holder no longer takes part."),
        Result("130", Verdict.UNKNOWN, "Trẻ em chưa được cấp thẻ.", "A child without a card."),
        Result("205", Verdict.DATA_FAULT, "Cổng BHXH không nhận dạng thức tham số.", "The gateway does not take the form of a parameter."),
        Result("401", Verdict.ACCOUNT, "Cổng BHXH không nhận tài khoản.", "The gateway refuses the account."),
    )
}  # fmt: skip
"""Every published code."""

DETAIL_RESULTS: Final = {
    **RESULTS,
    "200": Result("200", Verdict.RIGHT, "Có hồ sơ khám chữa bệnh.", "The treatment is there."),
    "403": Result("403", Verdict.OFFICER, "Tài khoản không được phép xem hồ sơ này.", "The account may not see this."),
    "404": Result("404", Verdict.UNKNOWN, "Không thấy hồ sơ khám chữa bệnh.", "There is no such treatment."),
    "500": Result("500", Verdict.FAULT, "Lỗi máy chủ của cơ quan BHXH.", "The server of BHXH is in error."),
}  # fmt: skip
"""Codes of a treatment in full: 200 as callers read it, 403 to 500 by its likeness, and the table above; none is published."""
