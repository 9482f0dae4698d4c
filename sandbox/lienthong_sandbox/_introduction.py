"""What the sandbox says of itself at its start: addresses, fronts, people with their tags, credentials, a configuration."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from lienthong_sandbox._configuration import WAYS
from lienthong_sandbox._credentials import (
    C06_ACCOUNT,
    CARD_ACCOUNT,
    DONGTHAP_ACCOUNT,
    ILIS_ACCOUNT,
    LGSP_ACCOUNT,
    MINISTRY_CLIENT,
    NGSP_ACCOUNT,
    PAYMENT_ACCOUNT,
    PORTAL_ACCOUNT,
    REPORT_KEY,
    SSO_CLIENT,
)

if TYPE_CHECKING:
    from lienthong_sandbox._sandbox import Sandbox

_TITLES: Final = {
    "population": "CSDL quốc gia về dân cư · population",
    "business": "CSDL quốc gia về đăng ký doanh nghiệp · business",
    "social_insurance": "CSDL quốc gia về bảo hiểm · social insurance",
    "land": "CSDL quốc gia về đất đai · land",
    "operations_centre": "Trung tâm điều hành, Cổng DVCQG · operations centre",
}
_FRONTS: Final = {
    "population": "/c06/ (C06)  /lgsp/ (LGSP)  /dongthap/ (Đồng Tháp)  /wrapper/ (Thanh Hóa)",
    "business": (
        "/apiCSDLDKDN/1.0/  /apiDKKD/  /TraCuuThongTinDoanhNghiep (TP. HCM)"
        "  /qldc/doanhnghiep (OpenCPS)"
    ),
    "social_insurance": "/apiBHXH/ (NGSP)  /api/ (cổng giám định · card gateway)",
    "land": "/vbdlis/  /ilis/",
    "operations_centre": (
        "/auth /integration /share  /downloadfile/  /proxy/  /api/SynsTTHCC/  /KetNoiMotCuaQuocGia/"
        "  /kho/  /payment  /sso/  /dvcbo/  /api/v1/  /jsp/rest.jsp  /emc/TrackingMCDT"
        "  /reports/figures"
    ),
}
_ADMIN: Final = (
    "/-/status /-/personas /-/config /-/faults /-/journal /-/state /-/settings /-/catalogue /-/call"
)


def introduction(sandbox: Sandbox) -> str:
    """The whole text, ending with how to stop."""
    people = sandbox.personas
    lines = [
        "Liên thông: hệ thống mô phỏng · sandbox",
        "Người và tổ chức đều không có thật · all people and organisations are synthetic",
        "",
        *_addresses(sandbox),
        "",
        f"  {'CA':<18} {sandbox.ca}",
        (
            f"  {'dữ liệu · data':<18} {len(people.people)} người · people, "
            f"{len(people.organisations)} tổ chức · organisations, "
            f"{len(people.certificates)} giấy chứng nhận · land certificates"
        ),
        "",
        "  Người · people (số và tên như khai ở quầy · number and name as declared at the desk):",
        *_table(
            [
                (one.key, one.declared.number, one.declared.name, " ".join(sorted(one.tags)))
                for one in people.people
            ]
        ),
        "",
        "  Tổ chức · organisations:",
        *_table(
            [
                (one.key, one.number, one.name, " ".join(sorted(one.tags)))
                for one in people.organisations
            ]
        ),
        "",
        "  Tài khoản chỉ dùng ở đây · credentials, good nowhere else:",
        *(f"  {name:<18} {text}" for name, text in _credentials()),
        "",
        "  Kênh chọn được · channels to choose from (--channel SYSTEM=NAME, GET /-/config?SYSTEM=NAME):",
        *(f"    {system:<18} {', '.join(ways)}" for system, ways in WAYS.items()),
        "",
        "  Cấu hình trỏ vào đây · a configuration that points here (GET /-/config):",
        "",
        *(f"  {line}".rstrip() for line in sandbox.configuration().splitlines()),
        "",
        (
            "  Nhật ký mọi yêu cầu · journal of every request: "
            f"{sandbox.admin_url}/-/journal?system=&service=&since="
        ),
        (
            "  Lỗi cố ý · faults: "
            f'curl -X PUT {sandbox.admin_url}/-/faults/land -d \'{{"status": 503, "times": 3}}\''
        ),
        (
            "  Công tắc cho điều chưa rõ · switches for doubts: "
            f"curl {sandbox.admin_url}/-/settings (hoặc · or --plan FILE)"
        ),
        "",
        "Dừng · stop: Ctrl-C",
        "",
    ]
    return "\n".join(lines)


def _addresses(sandbox: Sandbox) -> Iterator[str]:
    for name, title in _TITLES.items():
        yield f"  {sandbox.urls[name]:<26} {title}"
        yield f"  {'':<26} {_FRONTS[name]}"
    yield f"  {'':<26} /thainguyen trước mọi địa chỉ · before any address: LGSP Thái Nguyên"
    yield f"  {sandbox.admin_url:<26} quản trị · admin"
    yield f"  {'':<26} {_ADMIN}"


def _credentials() -> Iterator[tuple[str, str]]:
    officer, key = LGSP_ACCOUNT.officers[0]
    yield "C06", f"{C06_ACCOUNT.username} / {C06_ACCOUNT.secret} (sv_url {C06_ACCOUNT.sv_url})"
    yield (
        "LGSP",
        (
            f"{LGSP_ACCOUNT.access_key} / {LGSP_ACCOUNT.secret_key}, AppName {LGSP_ACCOUNT.app_name}, "
            f"PartnerCode {LGSP_ACCOUNT.partner_code}, cán bộ · officer {officer} / {key}"
        ),
    )
    yield (
        "LGSP Đồng Tháp",
        f"Auth {DONGTHAP_ACCOUNT.auth}, userNameService {DONGTHAP_ACCOUNT.users[0]}",
    )
    yield "NGSP", f"{NGSP_ACCOUNT.consumer_key} / {NGSP_ACCOUNT.consumer_secret}"
    yield (
        "cổng thẻ · cards",
        (
            f"{CARD_ACCOUNT.username} / {CARD_ACCOUNT.password} (gửi MD5 · sent as MD5), "
            f"cán bộ · officer {CARD_ACCOUNT.officer_name} {CARD_ACCOUNT.officer_number}, "
            f"cơ sở · facility maTinh {CARD_ACCOUNT.facility[0]} maCSKCB {CARD_ACCOUNT.facility[1]}"
        ),
    )
    yield (
        "iLIS",
        (
            f"{ILIS_ACCOUNT.username} / {ILIS_ACCOUNT.password}, "
            f"client {ILIS_ACCOUNT.client_id} / {ILIS_ACCOUNT.client_secret}"
        ),
    )
    yield (
        "DVCQG",
        (
            f"{PORTAL_ACCOUNT.username} / {PORTAL_ACCOUNT.password}, "
            f"dstcode {PORTAL_ACCOUNT.dstcode}, madonvi {PORTAL_ACCOUNT.madonvi}"
        ),
    )
    yield "đăng nhập · SSO", f"{SSO_CLIENT.client_id} / {SSO_CLIENT.client_secret}"
    yield "DVC Bộ", f"{MINISTRY_CLIENT.client_id} / {MINISTRY_CLIENT.client_secret}"
    yield "báo cáo · reports", f"khóa ký · signing key {REPORT_KEY}"
    yield "thanh toán · pay", f"MaDoiTac {PAYMENT_ACCOUNT.partner}, {PAYMENT_ACCOUNT.secret}"


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as they need; composed letters, for a decomposed name would push its row to the right."""
    cells = [tuple(unicodedata.normalize("NFC", cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"    {'  '.join(padded)}".rstrip()
