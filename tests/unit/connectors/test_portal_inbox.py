"""Calls of the national portal and files for a ministry's system, as they should not be (hub page §2.6, §5.2, §5.3)."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.interface import InvalidRequest, MinistryUpload
from lienthong_connectors.operations_centre import (
    NoticeRefused,
    PortalDossier,
    PortalInbox,
    PortalInboxSettings,
    PortalNotice,
    PromotionDossier,
)
from lienthong_connectors.operations_centre._rest import multipart

DOSSIER: dict[str, Any] = {
    "MaHoSo": "H31.14-261124-0001",
    "MaTTHC": "1.004222",
    "NgayNopHoSo": "20261124150509",
    "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "033085000101"}],
    "TaiLieuNop": [
        {"TenTepDinhKem": "a", "DuongDanTaiTepTin": "https://x.invalid/1", "IsDeleted": "False"},
        {"TenTepDinhKem": "b", "DuongDanTaiTepTin": "https://x.invalid/2", "IsDeleted": "True"},
    ],
    "TruongMoi": "giữ lại",
}
PROMOTION = {
    "MaHoSo": "G06.KM-1",
    "MaTTHC": "2.000033",
    "MaSoThue": "0990001015",
    "TenThuongNhan": "Công ty Mẫu",
}


def put(service: str, content: object, **table: Any) -> tuple[dict[str, Any], list[PortalNotice]]:
    """The answer to a call, and what was taken."""
    taken: list[PortalNotice] = []
    inbox = PortalInbox(PortalInboxSettings.model_validate(table), taken.append)
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    reply = inbox.handle(f"/VXPAdapter/RestService/forward/{service}", {}, body)
    answer = json.loads(reply.body) if reply.status == 200 else {"status": reply.status}
    return answer, taken


@pytest.mark.parametrize("content", [DOSSIER, {"data": DOSSIER}, {"service": "x", "Data": [DOSSIER]}])  # fmt: skip
def test_a_dossier_bare_or_under_data(content: object) -> None:
    """The record is found either way; what we do not know by name is kept, a deleted file is not read."""
    answer, (notice,) = put("nhanhsdvcqg", content)
    assert answer["error_code"] == "0"
    assert isinstance(notice, PortalDossier)
    assert notice.owner_number == "033085000101"
    assert notice.submitted_at == datetime(2026, 11, 24, 8, 5, 9, tzinfo=UTC)
    assert [file.name for file in notice.files] == ["a"]
    assert notice.raw["TruongMoi"] == "giữ lại"
    assert "033085000101" not in repr(notice)


def test_several_dossiers_are_several_notices() -> None:
    """A list is taken one by one; one bad record refuses the call before any is taken."""
    answer, taken = put("nhanhsdvcqg", {"data": [DOSSIER, DOSSIER]})
    assert (answer["error_code"], len(taken)) == ("0", 2)
    answer, taken = put("nhanhsdvcqg", {"data": [DOSSIER, {"MaTTHC": "1"}]})
    assert (answer, taken) == ({"error_code": "-1", "message": "Thiếu MaHoSo"}, [])


@pytest.mark.parametrize("missing", PROMOTION)
def test_a_promotion_needs_its_four_fields(missing: str) -> None:
    """Each of the published fields is mandatory, and the answer names the missing one."""
    answer, (notice,) = put("ADDTTHCKHUYENMAI", PROMOTION)
    assert answer["error_code"] == "0"
    assert isinstance(notice, PromotionDossier)
    answer, taken = put("addtthcKhuyenMai", {k: v for k, v in PROMOTION.items() if k != missing})
    assert (answer["message"], taken) == (f"Thiếu {missing}", [])


def test_what_is_not_ours_is_not_found() -> None:
    """Other addresses are 404, so that a front may try the next inbox."""
    assert put("search", {})[0] == {"status": 404}
    assert put("", {})[0] == {"status": 404}


def test_payment_notices_need_a_secret() -> None:
    """Without a secret nothing can be believed; the answer says which field, and no value."""
    answer, taken = put("payment", {"MaThamChieu": "R1"})
    assert (answer["error_code"], taken) == ("-1", [])
    answer, _ = put("payment", {"MaXacThuc": "0"}, payment_partner="P1", payment_secret="s3cret")
    assert answer["error_code"] == "-1"
    assert "s3cret" not in answer["message"]


def test_what_take_refuses_is_answered() -> None:
    """The sentence of the refusal goes back; other errors are the front's."""

    def refuse(_: PortalNotice) -> None:
        raise NoticeRefused("Không nhận")

    inbox = PortalInbox(PortalInboxSettings(), refuse)
    reply = inbox.handle("/nhanhsdvcqg", {}, json.dumps(DOSSIER).encode())
    assert json.loads(reply.body) == {"error_code": "-1", "message": "Không nhận"}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*DOSSIER, *PROMOTION, "data", "TenTepDinhKem", "x"]), inner, max_size=6
    ),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(["nhanhsdvcqg", "addtthcKhuyenMai", "payment"]), _VALUES | st.binary())
def test_any_body_is_answered(service: str, content: object) -> None:
    """No body ends as anything but an answer."""
    answer, taken = put(service, content)
    assert answer["error_code"] in {"0", "-1"}
    assert bool(taken) is (answer["error_code"] == "0")


def test_a_file_as_a_form() -> None:
    """One part with the file's bytes; a name cannot end its header; equal files are equal requests."""
    content = b"%PDF-1.7\r\n--lienthong"
    file = MinistryUpload(filename='đơn"\r\nX: y.pdf', content_base64=b64encode(content).decode())
    headers, body = multipart(file)
    boundary = headers["content-type"].partition("boundary=")[2]
    head, _, rest = body.partition(b"\r\n\r\n")
    assert head.count(b"\r\n") == 2
    assert 'filename="đơn%22%0D%0AX: y.pdf"'.encode() in head
    assert rest == content + f"\r\n--{boundary}--\r\n".encode()
    assert multipart(file) == (headers, body)


@pytest.mark.parametrize(
    "changes",
    [{"content_base64": "not base64!"}, {"media_type": "x"}, {"media_type": "a/b\r\nc: d"}, {"filename": " "}],
)  # fmt: skip
def test_a_file_that_cannot_travel_is_refused(changes: dict[str, str]) -> None:
    """Nothing leaves that would break the form."""
    values = {"filename": "a.pdf", "content_base64": "YQ=="} | changes
    with pytest.raises(InvalidRequest):
        multipart(MinistryUpload.model_validate(values))
