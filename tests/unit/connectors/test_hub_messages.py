"""Payment codes, sign-on claims, doubtful spellings and odd lists of the operations centre (hub page §1.1, §2, §5)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import PartialDate, Sex
from lienthong.interface import (
    HubDossier,
    InvalidRequest,
    PaymentFee,
    PaymentOrder,
    SubmittedPaper,
    Supplement,
)
from lienthong_connectors.operations_centre import read_payment_notice, read_userinfo
from lienthong_connectors.operations_centre._lists import code_list_of
from lienthong_connectors.operations_centre._messages import Spelling, dossier_to_wire
from lienthong_connectors.operations_centre._payments import Payments
from lienthong_connectors.operations_centre._replies import Answer
from lienthong_connectors.operations_centre._store import local_path

SECRET = "only-a-test"
AFTERNOON = datetime(2026, 11, 24, 8, 5, 9, tzinfo=UTC)
NOTICE = {
    "LoaiBanTin": "NOTIFY", "MaLoi": "00", "MaDoiTac": "P1", "MaThamChieu": "R1", "SoTien": "50000", "MaTienTe": "VND",
    "MaGiaoDich": "T1", "MaNganHang": "MAU", "ThoiGianGD": "20261124150509", "ThongTinGiaoDich": "Thu phí",
}  # fmt: skip


def signed(**changes: Any) -> bytes:
    """A notice with its MaXacThuc, signed before the changes."""
    text = "|".join([*NOTICE.values(), SECRET])
    code = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(NOTICE | {"MaXacThuc": code} | changes).encode()


def test_a_notice_is_believed_by_its_code() -> None:
    """Fields in message order, secret last; upper-case hex is the same code."""
    notice = read_payment_notice(signed(), partner="P1", secret=SECRET)
    assert (notice.paid, notice.amount, notice.reference) == (True, 50000, "R1")
    assert notice.at == AFTERNOON
    upper = json.loads(signed())["MaXacThuc"].upper()
    assert read_payment_notice(signed(MaXacThuc=upper), partner="P1", secret=SECRET).paid


@pytest.mark.parametrize(
    "body",
    [
        signed(SoTien="1"), signed(MaLoi="01"), signed(MaXacThuc=""), signed(MaXacThuc="ơ"), signed(MaThamChieu="R2"),
        b"", b"[]", b"{}",
    ],
)  # fmt: skip
def test_a_changed_notice_is_refused(body: bytes) -> None:
    """Any change of a signed field, and anything that is no notice."""
    with pytest.raises(InvalidRequest):
        read_payment_notice(body, partner="P1", secret=SECRET)


def test_notices_need_a_secret_and_our_partner_code() -> None:
    """Without a secret nothing can be believed; a notice for another partner is not ours."""
    for partner, secret in (("P1", ""), ("P2", SECRET)):
        with pytest.raises(InvalidRequest):
            read_payment_notice(signed(), partner=partner, secret=secret)


def order(**changes: Any) -> PaymentOrder:
    """An order of one fee."""
    values: dict[str, Any] = {
        "reference": "R1", "amount": 50000, "description": "Thu phí", "started_at": AFTERNOON, "payer_ip": "127.0.0.1",
        "dossier": "H31.14-261124-0001", "procedure": "1.004222.H31", "procedure_name": "Thủ tục", "agency": "H31.14",
        "agency_name": "Cơ quan", "account": "0", "account_bank": "MAU", "account_name": "Kho bạc",
        "fees": (PaymentFee(kind="1", code="P", name="Phí", amount=50000),),
    }  # fmt: skip
    return PaymentOrder.model_validate(values | changes)


def test_an_order_counts_24_hours_and_signs_its_fields() -> None:
    """15 o'clock in Viet Nam is 15, not 03; MaDVC is the national code and .01; the secret itself does not travel."""
    payments = Payments("P1", SECRET, "1.0.6")
    sent = payments.order(order())
    assert sent["ThoiGianGD"] == "20261124150509"
    assert sent["ThongTinBienLai"]["MaDVC"] == "1.004222.01"
    assert len(sent["MaXacThuc"]) == 64
    assert SECRET not in json.dumps(sent)
    assert payments.order(order(amount=50000))["MaXacThuc"] == sent["MaXacThuc"]


def test_fees_must_add_up() -> None:
    """An order whose fees give another sum is refused before it leaves."""
    with pytest.raises(InvalidRequest) as refused:
        Payments("P1", SECRET, "1.0.6").order(order(amount=1))
    assert refused.value.field == "amount"


def test_userinfo_of_a_citizen_and_a_business() -> None:
    """Published keys in any letter case become claims; nothing personal shows in repr."""
    claims = read_userinfo(
        {
            "sub": "s1", "techid": "t1", "LoaiTaiKhoan": 1, "SoDinhDanh": "033088000012", "HoVaTen": "Trần An",
            "NgayThangNamSinh": "19880304", "GioiTinh": "Nữ", "ThuongTru": "Thôn Mẫu",
        }
    )  # fmt: skip
    assert (claims.kind, claims.technical_id, claims.sex) == ("citizen", "t1", Sex.FEMALE)
    assert claims.birth == PartialDate(1988, 3, 4)
    assert claims.permanent_address is not None
    assert "Trần" not in repr(claims)
    business = read_userinfo({"sub": "s2", "LoaiTaiKhoan": "2", "MaSoDoanhNghiep": "0101234567"})
    assert (business.kind, business.enterprise_code) == ("business", "0101234567")
    with pytest.raises(InvalidRequest):
        read_userinfo({"SoDinhDanh": "033088000012"})


@given(
    st.dictionaries(
        st.sampled_from(["sub", "GioiTinh", "NgayThangNamSinh", "LoaiTaiKhoan"]),
        st.text() | st.integers() | st.none() | st.lists(st.integers()),
    )
)
@settings(deadline=None)
def test_any_userinfo_is_read_or_refused(userinfo: dict[str, Any]) -> None:
    """Odd values are absent, never a crash."""
    try:
        claims = read_userinfo(userinfo)
    except InvalidRequest:
        return
    assert claims.subject


def test_every_doubt_of_a_dossier_can_be_turned() -> None:
    """IsDeleted, supplements, the result's key and the unpaid code travel as the setting says."""
    message = HubDossier(
        dossier="H31.14-261124-0001", procedure="1.004222", procedure_name="Thủ tục", field_code="L", field_name="Lĩnh vực",
        owner_name="An", owner_number="033088000012", submitted_at=AFTERNOON, received_at=AFTERNOON, status="2",
        agency_name="Cơ quan",
        papers=(SubmittedPaper(paper_id="1", name="a", component="b", deleted=True),),
        supplements=(Supplement(supplement_id="7", asked_by="a", content="b", asked_at=AFTERNOON),),
    )  # fmt: skip
    plain = dossier_to_wire(message, Spelling())
    assert plain["TaiLieuNop"][0]["IsDeleted"] == "True"
    assert plain["DanhSachHoSoBoSung"][0]["TrangThaiBoSung"] == "False"
    assert plain["DuocThanhToanTrucTuyen"] == "0"
    other = dossier_to_wire(
        message, Spelling(deleted_as_number=True, typed_supplements=True, not_paid_online="3")
    )
    assert other["TaiLieuNop"][0]["IsDeleted"] == "1"
    assert other["DanhSachHoSoBoSung"][0]["TrangThaiBoSung"] is False
    assert other["DanhSachHoSoBoSung"][0]["HoSoBoSungId"] == 7
    assert other["DuocThanhToanTrucTuyen"] == "3"


def test_lists_with_other_row_keys_are_read_by_prefix() -> None:
    """A list whose keys do not follow the rule is still a list of codes and names."""
    rows = ({"MATINHTHANH": "33", "MAPX": "12205", "TENPX": "Xã Mẫu"}, {"GHICHU": "x"})
    found = code_list_of(Answer("0", "", rows), "communes")
    assert found is not None
    (entry,) = found.entries
    assert (entry.code, entry.name, entry.parent) == ("12205", "Xã Mẫu", "33")
    assert code_list_of(Answer("0", "", ()), "communes") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://x.invalid/file",
        "/downloadfile/short",
        "https://x.invalid/downloadfile/../../etc",
    ],
)
def test_only_uids_become_paths(url: str) -> None:
    """No other path of the adapter can be reached through a link."""
    with pytest.raises(InvalidRequest):
        local_path(url, "downloadfile")
