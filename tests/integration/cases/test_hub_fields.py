"""What only the desk knows reaches the hub: how a case was filed and is returned, whose account, which fees and further papers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lienthong import Applicant, Status
from lienthong.cases import CaseNotFound
from lienthong.hub import HubMessageInvalid
from lienthong.interface import Found, InvalidRequest, NotFound, OtherPaper
from lienthong.storage import tables

from .conftest import Desk

STRANGER = "033088000012"
"""A number that no persona has."""


async def _told(desk: Desk, service: str = "DongBoHoSoMC") -> dict[str, Any]:
    """The newest dossier, or step, that arrived at the hub."""
    await desk.told()
    record: dict[str, Any] = json.loads(desk.asked("operations_centre", service)[-1].body)["data"][
        0
    ]
    return record


async def test_a_case_at_the_counter_says_so_by_itself(desk: Desk) -> None:
    """Where nothing is said the hub gets the codes of a counter, and empty text and lists."""
    await desk.open()
    told = await _told(desk)
    assert {
        name: told[name] for name in ("HinhThuc", "NoiNopHoSo", "MaDoiTuong", "ThongTinTra")
    } == {
        "HinhThuc": "0",
        "NoiNopHoSo": "2",
        "MaDoiTuong": "",
        "ThongTinTra": "",
    }
    assert told["DanhSachTepDinhKemKhac"] == told["DanhSachLePhi"] == []


@pytest.mark.parametrize(
    ("options", "through"),
    [
        ({"channel": "2"}, "1"),
        ({"channel": "2", "submitted_through": "2"}, "2"),
        ({"channel": "1", "submitted_through": "1"}, "1"),
        ({"channel": "3"}, "2"),
    ],
)
async def test_where_it_was_filed(options: dict[str, str], through: str, desk: Desk) -> None:
    """Online means the national portal, as provinces have none of their own; the desk may say otherwise."""
    await desk.open(**options)
    assert (await _told(desk))["NoiNopHoSo"] == through


async def test_an_older_case_is_told_as_it_was(desk: Desk) -> None:
    """Without the new columns nothing changes at the hub."""
    case = await desk.open(channel="2")
    async with desk.one_stop.desk.db.begin() as conn:
        await conn.execute(tables.cases.update().values(submitted_through=None, return_form=None))
    await (await desk.one_stop.case(case.dossier)).accept()
    told = await _told(desk)
    assert (told["NoiNopHoSo"], told["HinhThuc"]) == ("2", "0")


async def test_how_the_result_is_returned(any_desk: Desk) -> None:
    """The applicant's wish from the start, a change of mind, and the parcel after the end; its words are sealed."""
    desk = any_desk
    case = await desk.open(return_form="1")
    assert (await _told(desk))["HinhThuc"] == "1"
    await case.record_return("0", "Trả tại bộ phận một cửa")
    told = await _told(desk)
    assert (told["HinhThuc"], told["ThongTinTra"]) == ("0", "Trả tại bộ phận một cửa")
    await case.accept()
    await case.advance(Status.IN_PROCESS)
    await case.close()
    await case.record_return("1", "Bưu gửi VN-0001 cho bà Thử")
    told = await _told(desk)
    assert (told["HinhThuc"], told["ThongTinTra"]) == ("1", "Bưu gửi VN-0001 cho bà Thử")
    assert told["TrangThaiHoSo"] == "10"
    (row,) = await desk.rows(tables.cases.select())
    assert b"VN-0001" not in row["sealed"]


async def test_further_papers(any_desk: Desk) -> None:
    """Papers beside the components are told by name and number; the same name corrects, none takes it out again."""
    desk = any_desk
    case = await desk.open()
    await case.accept(OtherPaper(name="Giấy ủy quyền"), OtherPaper(name="Ảnh 3x4", count=2, kind=1))
    told = await _told(desk)
    assert told["TrangThaiHoSo"] == "2", "handing one in is handing in"
    assert told["DanhSachTepDinhKemKhac"] == [
        {"TenGiayTo": "Giấy ủy quyền", "SoLuong": 1, "LoaiGiayTo": 0},
        {"TenGiayTo": "Ảnh 3x4", "SoLuong": 2, "LoaiGiayTo": 1},
    ]
    await case.accept(
        OtherPaper(name="Ảnh  3x4 ", count=4), OtherPaper(name="Giấy ủy quyền", count=0)
    )
    told = await _told(desk)
    assert told["DanhSachTepDinhKemKhac"] == [
        {"TenGiayTo": "Ảnh 3x4", "SoLuong": 4, "LoaiGiayTo": 0}
    ]
    for wrong in (OtherPaper(name=" "), OtherPaper(name="Ảnh 3x4", count=-1)):
        with pytest.raises(HubMessageInvalid):
            await case.accept(wrong)
    await case.verify()
    await case.accept()
    assert (await _told(desk))["DanhSachTepDinhKemKhac"] == told["DanhSachTepDinhKemKhac"]


async def test_fees_with_all_that_is_said_of_them(any_desk: Desk) -> None:
    """When a fee is collected and of which kind it is stand beside its amount; a correction states the fee whole."""
    desk = any_desk
    case = await desk.open()
    await case.record_fee("LP01", "Lệ phí", 8000, when="4", kind="2")
    (fee,) = (await _told(desk))["DanhSachLePhi"]
    assert fee == {
        "TenPhiLePhi": "Lệ phí",
        "MaPhiLePhi": "LP01",
        "HinhThucThu": "4",
        "Gia": "8000",
        "LoaiPhiLePhi": "2",
    }
    await case.record_fee("LP01", "Lệ phí", 9000)
    (fee,) = (await _told(desk))["DanhSachLePhi"]
    assert (fee["Gia"], fee["HinhThucThu"], fee["LoaiPhiLePhi"]) == ("9000", "", "")


async def test_steps_name_the_post_of_who_did_them(desk: Desk) -> None:
    """The post of the officer at the desk, of the one who loaded the case, or of whoever the step names; never another's."""

    async def post() -> tuple[str, str]:
        step = await _told(desk, "CapNhatTienDoHoSoMC")
        return step["NguoiXuLy"], step["ChucDanh"]

    case = await desk.open(officer_title="Công chức một cửa")
    await case.accept()
    assert await post() == ("canbo01", "Công chức một cửa")
    other = await desk.one_stop.case(
        case.dossier, officer="canbo02", agency="H31.14", officer_title="Chuyên viên"
    )
    await other.advance(Status.IN_PROCESS)
    assert await post() == ("canbo02", "Chuyên viên")
    await other.advance(Status.SUPPLEMENT_ASKED, "Bổ sung ảnh", officer="Trần Thử")
    assert await post() == ("Trần Thử", "")
    await other.advance(Status.IN_PROCESS, officer="Trần Thử", title="Trưởng phòng")
    assert await post() == ("Trần Thử", "Trưởng phòng")
    await other.close()
    assert await post() == ("canbo02", "Chuyên viên")


async def test_the_account_of_who_signed_in(desk: Desk) -> None:
    """It travels with what was filed online only, and survives that the applicant is completed."""
    applicant = replace(desk.applicant("nguyen-an"), account="tech-1")
    await desk.open(applicant=applicant)
    assert (await _told(desk))["MaDoiTuong"] == ""
    case = await desk.open(applicant=applicant, channel="2")
    await case.verify()
    assert (await _told(desk))["MaDoiTuong"] == "tech-1"
    assert (await desk.one_stop.case(case.dossier)).applicant.account == "tech-1"


async def test_the_account_is_found(any_desk: Desk) -> None:
    """The portal is asked once, for this case, and the dossier is told with what it answers."""
    desk = any_desk
    case = await desk.open(channel="2")
    outcome = await case.find_account()
    assert isinstance(outcome, Found)
    assert case.applicant.account
    assert (await _told(desk))["MaDoiTuong"] == case.applicant.account
    assert ("TraCuuTechID", "found") in await desk.audited(case.dossier)


async def test_no_account(desk: Desk) -> None:
    """Who has none is told without one; the hub down changes nothing; for a case at the counter nobody is asked."""
    counter = await desk.open()
    with pytest.raises(InvalidRequest):
        await counter.find_account()
    assert desk.asked("operations_centre", "TraCuuTechID") == []
    applicant = Applicant.citizen(personal_id=STRANGER, full_name="Không Có Ai")
    case = await desk.open(applicant=applicant, channel="2")
    assert isinstance(await case.find_account(), NotFound)
    await desk.down("operations_centre")
    online = await desk.open(channel="2")
    assert not isinstance(await online.find_account(), Found)
    assert online.applicant.account == ""


async def test_another_number_is_another_account(desk: Desk) -> None:
    """A corrected number may be somebody else's: the account found by the wrong one is not told any more."""
    case = await desk.open(channel="2")
    await case.find_account()
    number = desk.sandbox.personas["tran-binh"].declared.number
    await case.verify_citizen(personal_id=number, insist=True)
    assert case.applicant.account == ""
    assert (await _told(desk))["MaDoiTuong"] == ""


async def test_codes_are_checked(desk: Desk) -> None:
    """What the hub has no code for is refused at the desk, and nothing is written."""
    for wrong in ({"return_form": "2"}, {"submitted_through": "3"}):
        with pytest.raises(InvalidRequest):
            await desk.open(**wrong)
    assert await desk.count(tables.cases) == 0
    case = await desk.open()
    for code in ("3", "x"):
        with pytest.raises(InvalidRequest):
            await case.record_return(code)  # type: ignore[arg-type]  # what an untyped caller may pass
        with pytest.raises(InvalidRequest):
            await case.record_fee("LP01", "Lệ phí", 1, when=code)  # type: ignore[arg-type]  # as above
    assert await desk.count(tables.case_payments) == 0


async def test_a_unit_that_gave_the_case_away_says_no_more(desk: Desk) -> None:
    """Fees and returns are written by the units that have the case."""
    opened = await desk.open(processing_agency="H31.15")
    case = await desk.one_stop.case(opened.dossier, officer="canbo03", agency="H31.15")
    await case.hand_over("H31.16")
    with pytest.raises(CaseNotFound):
        await case.record_fee("LP01", "Lệ phí", 8000)
    with pytest.raises(CaseNotFound):
        await case.record_return("1")
