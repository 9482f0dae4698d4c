"""Callbacks of land and tax systems, registration records and code lists (insurance page §4.2 to §4.4)."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import Sex
from lienthong.interface import ReplyUnreadable
from lienthong_connectors.land import (
    CALLBACKS,
    CODE_LISTS,
    CaseFinished,
    CaseMoved,
    CaseTakenIn,
    Catalogues,
    InboxReply,
    InboxSettings,
    LandInbox,
    LandNotice,
    LandUser,
    NationalTaxNotice,
    NationalTaxPayment,
    NoticeRefused,
    SupplementAsked,
    TaxResult,
    codes,
    describe,
    read_hosoxml,
)

CODE = "test-code"
KEY = "test-key"
XML = (
    "<DATA><BODY><ROW_LIST><MA_HSO>H31-1</MA_HSO><LIST><MA_SO_THUE>0101234567</MA_SO_THUE>"
    "<SO_QUYET_DINH>QD1</SO_QUYET_DINH><NGAY_QUYET_DINH>24-11-2026</NGAY_QUYET_DINH>"
    "<TEN_TIEUMUC>Lệ phí trước bạ</TEN_TIEUMUC><SO_TIEN>1500000</SO_TIEN></LIST></ROW_LIST></BODY></DATA>"
)


def inbox(taken: list[LandNotice] | None = None, **changes: Any) -> LandInbox:
    """Handlers that keep what they are given."""
    kept = taken if taken is not None else []
    table = {
        "security_code": CODE, "national_key": KEY, "download_base": "https://land.invalid/files",
    } | changes  # fmt: skip
    users = Catalogues(users=lambda: [LandUser("cb1", "Cán bộ Một", "Phòng Mẫu", "Chuyên viên")])
    return LandInbox(InboxSettings.model_validate(table), kept.append, users)


def post(name: str, content: Any, **changes: Any) -> tuple[InboxReply, list[LandNotice]]:
    """The answer to a callback with the right code, and what was taken."""
    taken: list[LandNotice] = []
    body = json.dumps(content).encode()
    return inbox(taken, **changes).handle(f"/api/v1/VBDLISs/{name}/{CODE}", {}, body), taken


def test_a_finished_case_in_utc_with_a_relative_link() -> None:
    """Times without offset are UTC, a relative link stands behind the download base, 0 is a result."""
    reply, taken = post(
        "KetThucHoSo",
        {
            "SoBienNhan": "H31-1", "NgayKetThuc": "2026-11-24T01:00:00", "MaCanBoXuLy": "cb1",
            "TrangThaiKetThuc": 0,
            "DanhSachGiayToKetQua": [
                {"TenGiayTo": "GCN", "KieuFile": ".pdf", "LinkFile": "/a.pdf", "SoBanChinh": "1", "SoBanSao": 2}
            ],
        },
    )  # fmt: skip
    assert (reply.status, json.loads(reply.body)["Result"]) == (200, 1)
    (notice,) = taken
    assert isinstance(notice, CaseFinished)
    assert notice.with_result
    assert notice.at == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert notice.files[0].url == "https://land.invalid/files/a.pdf"
    assert (notice.files[0].trusted, notice.files[0].originals, notice.files[0].copies) == (
        True,
        1,
        2,
    )


def test_vietnam_times_by_setting_and_names_in_any_case() -> None:
    """A sender on local time is a setting; letter case of names does not matter."""
    reply, taken = post(
        "yeucaubosunghoso",
        {"soBienNhan": "H31-1", "ngayChoBoSung": "2026-11-24T08:00:00", "maCanBoXuLy": "cb1", "laTamDung": True},
        naive_times="vietnam",
    )  # fmt: skip
    assert reply.status == 200
    (notice,) = taken
    assert isinstance(notice, SupplementAsked)
    assert notice.since == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert notice.paused


@pytest.mark.parametrize(
    ("owner", "link"), [("HoTenChu", "DuongDanThongBaoThue"), ("HoVaChu", "DuongDanTBT")]
)
@pytest.mark.parametrize("way", ["vbdlis", "ilis"])
def test_tax_results_in_both_spellings(owner: str, link: str, way: str) -> None:
    """Both channels take both spellings; iLIS is answered with 201; a foreign host is not trusted."""
    taken: list[LandNotice] = []
    body = json.dumps(
        {
            "SoBienNhan": "H31-1", "NgayCoKetQuaThue": "2026-11-24T08:00:00+07:00",
            "DanhSachThongBaoThue": [{owner: "An", "LoaiThue": "1", "SoThongBaoThue": "7", link: "https://x.invalid/7"}],
        }
    ).encode()  # fmt: skip
    path = f"/GuiKetQuaThue/{CODE}" if way == "vbdlis" else "/KetQuaThue"
    reply = inbox(taken).handle(path, {"CodeGet": CODE}, body)
    assert reply.status == (200 if way == "vbdlis" else 201)
    (notice,) = taken
    assert isinstance(notice, TaxResult)
    assert (notice.notices[0].owner_name, notice.notices[0].file.trusted) == ("An", False)
    assert "An" not in repr(notice)


def test_a_case_taken_in_for_us_with_one_parcel_and_number_codes() -> None:
    """Codes that travelled as numbers get their zeros back; HuyenId 0 is none; the parcel is one object."""
    _, taken = post(
        "TiepNhanHoSoChoMotCua",
        {
            "TinhId": 1, "HuyenId": 0, "XaId": 70, "SoBienNhan": "H31-1", "NguoiTiepNhan": "cb1",
            "ThongTinNguoiNopDon": {"HoTen": "An"}, "ThongTinQuyTrinh": {"MaQuyTrinh": "QT"},
            "ThongTinThuaDat": {"SoThuTuThua": "204", "SoHieuBanDo": "17"},
        },
    )  # fmt: skip
    (notice,) = taken
    assert isinstance(notice, CaseTakenIn)
    assert (notice.province, notice.district, notice.commune) == ("01", "", "00070")
    assert notice.parcel is not None
    assert notice.parcel.map_sheet == "17"


def test_moves_keep_their_optional_fields() -> None:
    """ChuyenHoSo with its double and without a time."""
    _, taken = post(
        "ChuyenHoSo",
        {"SoBienNhan": "H31-1", "MaCanBoChuyen": "a", "MaCanBoNhan": "b", "MaTrangThai": "4", "HanXuLy": 1.5},
    )  # fmt: skip
    (notice,) = taken
    assert isinstance(notice, CaseMoved)
    assert (notice.term, notice.at) == (Decimal("1.5"), None)


def test_national_tax_messages() -> None:
    """The XML in base64 and the payment proof are read; a wrong or missing key begins with 401 Unauthorized."""
    taken: list[LandNotice] = []
    notice = {"SecurityKey": KEY, "Data": {"FileThongBaoThue": b64encode(XML.encode()).decode()}}
    payment = {
        "SecurityKey": KEY,
        "Data": {
            "MaHoSo": "H31-1", "UrlFileChungTu": "https://x.invalid/1",
            "ThongTinThanhToan": {"ThoiGianThanhToan": "20261124153000", "TrangThaiThanhToan": 1, "SoTien": 5},
        },
    }  # fmt: skip
    ours = inbox(taken)
    for name, content in (
        ("ImportThongBaoThueFromDVCQG", notice),
        ("ImportChungTuThueFromDVCQG", payment),
    ):
        reply = ours.handle(f"/x/{name}", {}, json.dumps(content).encode())
        assert json.loads(reply.body)["error_code"] == "0"
        for key in ("wrong", ""):
            bad = ours.handle(f"/x/{name}", {}, json.dumps(content | {"SecurityKey": key}).encode())
            assert json.loads(bad.body)["message"].startswith("401 Unauthorized")
    first, second = taken
    assert isinstance(first, NationalTaxNotice)
    assert first.decisions[0].decided == date(2026, 11, 24)
    assert first.decisions[0].amount == 1_500_000
    assert isinstance(second, NationalTaxPayment)
    assert second.paid
    assert second.paid_at == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def test_wrong_codes_and_paths_are_refused_as_published() -> None:
    """VBDLIS 500 with text, iLIS 400 with Result 0, unknown paths 404: nothing is taken."""
    taken: list[LandNotice] = []
    ours = inbox(taken)
    wrong = ours.handle("/x/KetThucHoSo/other", {}, b"{}")
    assert (wrong.status, wrong.content_type.partition(";")[0]) == (500, "text/plain")
    assert ours.handle("/x/GetDanhMucNguoiDung", {"SecurityCode": "other"}, b"").status == 500
    ilis = ours.handle("/KetQuaThue", {}, b"{}")
    assert (ilis.status, json.loads(ilis.body)["Result"]) == (400, 0)
    assert ours.handle("/x/ThongBaoNhapSaiThuTuc/" + CODE, {}, b"{}").status == 404
    assert not taken


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"SoBienNhan":""}', b'{"SoBienNhan":{}}'])
def test_incomplete_callbacks_get_result_0(body: bytes) -> None:
    """What cannot be read or lacks the dossier is answered with Result 0 and a sentence."""
    reply = inbox().handle(f"/x/YeuCauCapNhatHoSo/{CODE}", {}, body)
    content = json.loads(reply.body)
    assert (reply.status, content["Result"]) == (200, 0)
    assert content["Message"]


def test_a_taker_can_refuse() -> None:
    """The sentence of whoever keeps notices reaches the sender."""

    def refuse(notice: LandNotice) -> None:
        raise NoticeRefused("Không có hồ sơ")

    ours = LandInbox(InboxSettings(security_code=CODE), refuse)
    reply = ours.handle(f"/YeuCauCapNhatHoSo/{CODE}", {}, b'{"SoBienNhan":"H31-1"}')
    assert json.loads(reply.body) == {"Result": 0, "Message": "Không có hồ sơ"}


def test_catalogues_are_answered() -> None:
    """GETs give our officers with the published names."""
    reply = inbox().handle("/x/GetDanhMucNguoiDung", {"SecurityCode": CODE}, b"")
    assert json.loads(reply.body)["Data"][0] == {
        "MaNguoiDung": "cb1", "TenNguoiDung": "Cán bộ Một", "TenPhongBan": "Phòng Mẫu", "ChucDanh": "Chuyên viên",
    }  # fmt: skip


@settings(deadline=None)
@given(
    st.sampled_from([item.name for item in CALLBACKS]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    sorted(
                        {
                            part
                            for item in CALLBACKS
                            for field in item.request
                            for part in field.name.split("/")
                        }
                    )
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=12,
    ),
)
def test_any_json_is_answered(name: str, content: Any) -> None:
    """No callback, however odd, makes the handlers fail."""
    values = content if isinstance(content, dict) else {"Data": content}
    body = json.dumps(values | {"SecurityKey": KEY}).encode()
    for path in (f"/{name}/{CODE}", f"/{name}"):
        reply = inbox().handle(path, {"CodeGet": CODE, "SecurityCode": CODE}, body)
        assert 200 <= reply.status <= 500


RECORD = """<HoSoXml xmlns="urn:x"><hoSoGuid>g1</hoSoGuid>
<DC_GiayChungNhan><soPhatHanh>DX 101111</soPhatHanh><ngayCap>05/06/2020</ngayCap></DC_GiayChungNhan>
<DC_ThuaDat><maXa>01205</maXa><soHieuToBanDo>17</soHieuToBanDo><dienTich>250,5</dienTich>
<DC_MucDichSuDung><maMucDichSuDung>ONT</maMucDichSuDung><DC_NguonGocDat><nguonGoc>CNQ-CTT</nguonGoc></DC_NguonGocDat>
</DC_MucDichSuDung></DC_ThuaDat>
<DC_CaNhan><hoTen>Thái Văn Hai</hoTen><gioiTinh>{sex}</gioiTinh><namSinh>1966</namSinh>
<GiayTo><loaiGiayToTuyThan>CCCD</loaiGiayToTuyThan><soGiayTo>033066004242</soGiayTo></GiayTo></DC_CaNhan>
<DC_GiaoDich><maBienDong>B1</maBienDong><HoSoTruocBienDong><HoSoXml><hoSoGuid>g0</hoSoGuid>
<DC_GiayChungNhan><soPhatHanh>BA 1</soPhatHanh></DC_GiayChungNhan></HoSoXml></HoSoTruocBienDong></DC_GiaoDich></HoSoXml>"""


@pytest.mark.parametrize(
    ("sex", "expected"),
    [("0", Sex.FEMALE), ("1", Sex.MALE), ("2", Sex.OTHER), ("true", Sex.MALE), ("", Sex.UNKNOWN)],
)
def test_a_registration_record(sex: str, expected: Sex) -> None:
    """Blocks in their nesting; gioiTinh in three values or Boolean; older records stay apart."""
    record = read_hosoxml(RECORD.replace("{sex}", sex))
    assert record.serials == {"DX101111"}
    assert record.owner_numbers == {"033066004242"}
    assert record.persons[0].sex is expected
    assert record.persons[0].papers[0].kind == "CCCD"
    assert record.parcels[0].area_m2 == Decimal("250.5")
    assert record.parcels[0].purposes[0].origins[0].origin == "CNQ-CTT"
    assert record.certificates[0].issued == date(2020, 6, 5)
    before = record.transactions[0].before
    assert before is not None
    assert before.guid == "g0"
    assert before.serials == {"BA1"}


@pytest.mark.parametrize(
    "body", ["", "<a/>", "<HoSoXml>", '<!DOCTYPE HoSoXml [<!ENTITY a "b">]><HoSoXml>&a;</HoSoXml>']
)
def test_what_is_no_record_is_unreadable(body: str) -> None:
    """HTML, halves, other XML and entities are refused with a typed error."""
    with pytest.raises(ReplyUnreadable):
        read_hosoxml(body)


def test_code_lists() -> None:
    """53 purposes with Vietnamese names; planning adds its aggregates; an unknown code warns and is not refused."""
    assert len(codes("land_use")) == 53
    assert all(item.vi and item.en for name in CODE_LISTS for item in codes(name).values())
    assert describe("planning", " ont ").vi == "Đất ở tại nông thôn"
    assert describe("planning", "KKT").known
    unknown = describe("land_use", "XYZ")
    assert not unknown.known
    assert "XYZ" in unknown.warning_vi
    with pytest.raises(KeyError):
        codes("nothing")
