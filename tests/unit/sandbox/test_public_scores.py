"""The portal's public scores of index 766: counted over what was told, at both addresses, with every doubt both ways."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import PORTAL_ACCOUNT

FILES = {
    "a": 'code = "1.000001"\nonline = "full"\nfee = true\nworking_days = 5\n'
    'results = [{ code = "KQ.G01.000001", name = "Giấy" }]\n',
    "b": 'code = "1.000002"\nfee = false\n',
}
OCTOBER: dict[str, object] = {"timeType": "month", "year": 2025, "month": 10}
PROVINCES: dict[str, object] = OCTOBER | {"departmentType": "PROVINCE"}
GROUPS = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDSH": 22, "MDHL": 18}
ADDRESSES = {
    "transparency": "CKMB",
    "dvc-progress-tree": "TDGQ",
    "provide-online-tree": "CLGQ",
    "formality-online-payment-tree": "TTTT",
    "dossier-digitized": "MDSH",
    "handling-satisfaction": "MDHL",
}
SUPPLEMENT = {"HoSoBoSungId": "1", "NgayBoSung": "20251006080000", "TrangThaiBoSung": "0"}
PAPER = {
    "TepDinhKemId": "1",
    "TenTepDinhKem": "tờ khai.pdf",
    "IsDeleted": "False",
    "MaThanhPhanHoSo": "TP01",
    "DuongDanTaiTepTin": "https://127.0.0.1/tep/1",
    "DuocSoHoa": "0",
    "DuocTaiSuDung": "0",
    "DuocLayTuKhoDMQG": "1",
}
RESULT = {
    "TenGiayTo": "Giấy",
    "DuongDanTepTinKetQua": "https://127.0.0.1/tep/2",
    "MaGiayToKetQua": "KQ.G01.000001",
}

Ask = Callable[..., Awaitable[Any]]


def dossier(number: int, day: str, **changes: object) -> dict[str, object]:
    """Received on a day at a counter, of the procedure without fee; nothing good about it."""
    return {
        "MaHoSo": f"H31.14-251001-{number:04d}",
        "MaTTHC": "1.000002",
        "TenTTHC": "Thủ tục",
        "MaLinhVuc": "",
        "TenLinhVuc": "Lĩnh vực",
        "KenhThucHien": "1",
        "SoGiayToChuHoSo": "033085000101",
        "LoaiDoiTuong": "1",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "033085000101"}],
        "NgayNopHoSo": "20250901080000",
        "NgayTiepNhan": f"{day}080000" if day else "",
        "NgayHenTra": "",
        "TrangThaiHoSo": "4" if day else "1",
        "HinhThuc": "0",
        "DonViXuLy": "UBND xã Mẫu",
        "NoiNopHoSo": "2",
        "HoSoCoThanhPhanSoHoa": "0",
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": "0",
        "DSKetNoiCSDL": [],
    } | changes


TOLD = [
    dossier(
        1,
        "20251001",
        MaTTHC="1.000001",
        KenhThucHien="2",
        NgayHenTra="20251010170000",
        TrangThaiHoSo="9",
        HoSoCoThanhPhanSoHoa="1",
        DuocThanhToanTrucTuyen="1",
        TaiLieuNop=[PAPER],
        DanhSachGiayToKetQua=[RESULT],
    ),
    dossier(
        2,
        "20251002",
        NgayHenTra="20251005170000",
        TrangThaiHoSo="10",
        TaiKhoanDuocXacThucVoiVNeID="1",
        TaiLieuNop=[PAPER | {"IsDeleted": "True"}],
    ),
    dossier(
        3,
        "20251003",
        MaHoSo="G09.20-251003-0003",
        DonViXuLy="Sở Mẫu",
        MaTTHC="1.000001",
        DSKetNoiCSDL=[{"MaCSDL": "1"}],
        DanhSachLePhi=[{"MaPhiLePhi": "1", "Gia": "0"}],
        DanhSachHoSoBoSung=[SUPPLEMENT],
    ),
    dossier(
        4,
        "20251020",
        MaTTHC="1.000001",
        KenhThucHien="2",
        NgayHenTra="20991231000000",
        DanhSachHoSoBoSung=[SUPPLEMENT, SUPPLEMENT | {"HoSoBoSungId": "2"}],
    ),
    dossier(5, ""),
    dossier(6, "20250930"),
]
"""Of October four: one good in every way, one finished late, two open: asked for one paper within the limit, and for two."""


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """With two procedures."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.toml").write_text(f'name = "Thủ tục {name}"\n{text}', encoding="utf-8")
    async with Sandbox(tmp_path / "state", catalogue=folder) as started:
        yield started


@pytest_asyncio.fixture
async def tell(sandbox: Sandbox, http: httpx.AsyncClient) -> Ask:
    """Tells the hub something over the adapter."""
    base, headers = sandbox.urls["operations_centre"], {"dstcode": PORTAL_ACCOUNT.dstcode}
    account = {"username": PORTAL_ACCOUNT.username, "password": PORTAL_ACCOUNT.password}
    session = (await http.post(f"{base}/auth", json=account, headers=headers)).json()["session"]

    async def sent(service: str, data: object, updating: str = "False") -> None:
        body = {"session": session, "madonvi": PORTAL_ACCOUNT.madonvi, "service": service}
        fields = {"isUpdating": updating, "data": data}
        answer = await http.post(f"{base}/integration", json=body | fields, headers=headers)
        assert "thành công" in answer.json()["message"]

    return sent


@pytest_asyncio.fixture
async def told(tell: Ask) -> None:
    """The hub has been told everything."""
    await tell("DongBoHoSoMC", TOLD)
    step = {"NguoiXuLy": "Cán bộ", "TrangThai": "9"}
    steps = [
        step | {"MaHoSo": one["MaHoSo"], "ThoiDiemXuLy": when}
        for one, when in zip(TOLD, ("20251009080000", "20251010080000"), strict=False)
    ]
    await tell("CapNhatTienDoHoSoMC", steps)


@pytest.fixture
def ask(sandbox: Sandbox, http: httpx.AsyncClient) -> Ask:
    """Asks the new address, or the old one with its form; returns the response."""

    async def sent(name: str, body: object) -> httpx.Response:
        base = sandbox.urls["operations_centre"]
        if name == "old":
            return await http.post(f"{base}/jsp/rest.jsp", data=body)  # type: ignore[arg-type]
        return await http.post(f"{base}/api/v1/reporting/evaluation/{name}", json=body)

    return sent


@pytest.fixture
def own(ask: Ask) -> Ask:
    """The province's row, and its lines by code."""

    async def found(name: str = "service-results", **changes: object) -> tuple[Any, Any]:
        answer = (await ask(name, PROVINCES | changes)).json()
        (row,) = (one for one in answer["data"]["evaluation"] if one["departmentCode"] == "H31")
        return row, {line["code"]: line for line in row["metrics"]}

    return found


def form(**params: object) -> dict[str, str]:
    return {"params": json.dumps({"service": "report_tinh_766_service"} | params)}


@pytest.mark.usefixtures("told")
async def test_scores_are_counted_over_what_was_told(own: Ask) -> None:
    """Every line that dossiers decide, by hand; the groups are the sums of their lines, and the total of the groups."""
    row, lines = await own()
    expected = {
        "DOSSIER_SYNC": (100, 6),
        "2.1": (50, 10),
        "3.1": (50, 1.25),
        "3.2": (100, 4),
        "3.3": (25, 3),
        "3.5": (100, 2),
        "3.5b": (100, 2),
        "3.6": (50, 3),
        "ORIGINAL_RESULT_AVAILABLE": (50, 3),
        "SO_HOA_GIAY_TO_GIAI_QUYET": (50, 2),
        "REUSED_DIGITIZED_DATA": (25, 0.62),
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": (25, 1),
        "CITIZEN_DATA_CONNECTED_FORMALITY": (50, 1),
        "CITIZEN_DATA_CONNECTED_DOSSIER": (75, 1.5),
        "PETITION_PROCESSING_ON_TIME": (0, 6),
        "PETITION_CLASSIFICATION_TTHC": (0, 0),
        "DOSSIER_RECEIVING_SATISFACTION": (50, 3.33),
    }
    assert {code: (lines[code]["ratio"], lines[code]["score"]) for code in expected} == expected
    assert {group["code"]: group["maxScore"] for group in row["groupScores"]} == GROUPS
    assert row["totalMaxScore"] == sum(line["maxScore"] for line in lines.values()) == 100
    total = sum(line["score"] for line in lines.values())
    assert (
        row["totalScore"]
        == pytest.approx(total)
        == pytest.approx(sum(group["score"] for group in row["groupScores"]))
    )


@pytest.mark.usefixtures("told")
async def test_a_dossier_that_waited(own: Ask, tell: Ask) -> None:
    """Of a finished dossier the days of the supplement are taken off; other periods count other dossiers."""
    waited = {"NgayBoSung": "20251003080000", "NgayTiepNhanBoSung": "20251009080000"}
    record = TOLD[1] | {"DanhSachHoSoBoSung": [SUPPLEMENT | waited]}
    await tell("DongBoHoSoMC", [record], "True")
    _, lines = await own()
    assert lines["2.1"]["ratio"] == 75
    _, lines = await own(timeType="quarter", quarter="3")
    assert lines["2.1"]["ratio"] == 100


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(("name", "group"), ADDRESSES.items())
async def test_every_group_has_an_address(
    sandbox: Sandbox, own: Ask, name: str, group: str
) -> None:
    """One group's lines and points, the same as in the whole; the journal knows the service by its name."""
    whole, lines = await own()
    row, part = await own(name)
    assert [one["code"] for one in row["groupScores"]] == [group]
    assert row["totalMaxScore"] == GROUPS[group]
    assert part.items() <= lines.items()
    assert row["groupScores"][0] in whole["groupScores"]
    assert sandbox.journal.entries("operations_centre")[-1].service == name


@pytest.mark.usefixtures("told")
async def test_pages_and_departments(ask: Ask) -> None:
    """Pages without gaps; what is made up stays the same; below the province its agencies, below others nobody."""
    answers = [
        (await ask("service-results", PROVINCES | {"currentPage": page, "pageSize": 4})).json()
        for page in (1, 2, 3, 4)
    ]
    pages = [answer["data"]["evaluation"] for answer in answers]
    assert [len(page) for page in pages] == [4, 4, 2, 0]
    rows = [row for page in pages for row in page]
    assert len({row["departmentId"] for row in rows}) == 10
    assert rows == (await ask("service-results", PROVINCES)).json()["data"]["evaluation"]
    assert len({json.dumps(answer["data"]["overview"]) for answer in answers}) == 1
    below = OCTOBER | {"rootDepartmentId": rows[0]["departmentId"]}
    data = (await ask("dvc-progress-tree", below)).json()["data"]
    agencies = [(one["departmentCode"], one["departmentName"]) for one in data["evaluation"]]
    assert agencies == [("G09.20", "Sở Mẫu"), ("H31.14", "UBND xã Mẫu")]
    ratios = [one["metrics"][0]["ratio"] for one in (*data["evaluation"], data["overview"])]
    assert ratios == [100, 33.33, 50]
    data = (await ask("transparency", OCTOBER | {"rootDepartmentId": "x"})).json()["data"]
    assert data["evaluation"] == []


async def test_nothing_told_and_not_begun(ask: Ask, own: Ask) -> None:
    """Nothing to count scores nothing, but for petitions; a period to come has no rows."""
    _, lines = await own()
    assert lines["2.1"] == {"code": "2.1", "ratio": 0, "score": 0, "maxScore": 20}
    assert lines["PETITION_HANDLING_SATISFACTION"]["score"] == 6
    data = (await ask("service-results", PROVINCES | {"year": 2099})).json()["data"]
    assert data == {"overview": None, "evaluation": []}


@pytest.mark.parametrize(
    "changes",
    [
        {"timeType": "week"},
        {"timeType": ["month"]},
        {"year": None},
        {"year": 1999},
        {"month": 13},
        {"month": True},
        {"timeType": "quarter"},
        {"timeType": "quarter", "quarter": 5},
        {"departmentType": None},
        {"rootDepartmentId": "x"},
        {"currentPage": 0},
        {"pageSize": 201},
        {"pageSize": "ten"},
    ],
)
async def test_malformed_questions(ask: Ask, changes: dict[str, object]) -> None:
    """A faulty period, page or department is 400, as is a body that is no object; another address is 404."""
    answer = await ask("transparency", PROVINCES | changes)
    assert (answer.status_code, answer.json()) == (400, {"code": "BAD_REQUEST", "data": None})
    assert (await ask("transparency", [])).status_code == 400
    assert (await ask("others", PROVINCES)).status_code == 404


@pytest.mark.usefixtures("told")
async def test_old_address_agrees(sandbox: Sandbox, ask: Ask, own: Ask) -> None:
    """The six groups and the total under their old keys; without a period this year's; faulty forms are 400."""
    answer = (await ask("old", form(**OCTOBER))).json()
    row, _ = await own()
    groups = {group["code"]: group["score"] for group in row["groupScores"]}
    assert answer == groups | {"TONG_SCORE": row["totalScore"]}
    entry = sandbox.journal.entries("operations_centre", "report_tinh_766_service")[-1]
    assert (entry.path, entry.status) == ("/jsp/rest.jsp", 200)
    assert (await ask("old", form())).json().keys() == answer.keys()
    for faulty in ({}, {"params": "{"}, {"params": "[]"}, {"params": '{"service": "khac"}'}):
        assert (await ask("old", faulty)).status_code == 400
    assert sandbox.journal.entries("operations_centre")[-1].service == "jsp/rest.jsp"


@pytest.mark.usefixtures("told")
async def test_reading_of_the_index(sandbox: Sandbox, own: Ask) -> None:
    """By the decision's text one online line, another target, no free points; the maxima stay."""
    sandbox.settings["operations_centre"]["score_reading"] = "text"
    row, lines = await own()
    assert {group["code"]: group["maxScore"] for group in row["groupScores"]} == GROUPS
    assert (lines["3"]["ratio"], lines["3"]["score"]) == (33.33, 4)
    assert "3.1" not in lines
    assert lines["SO_HOA_GIAY_TO_GIAI_QUYET"]["score"] == 2.5
    assert lines["PETITION_PROCESSING_ON_TIME"]["score"] == 0


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("settings", "code", "ratio", "score"),
    [
        ({"score_codes": "number"}, "2.1", 50, 10),
        ({"score_codes": "name"}, "DOSSIER_ON_TIME", 50, 10),
        ({"score_ratio": "percent"}, "3.3", 25, 3),
        ({"score_ratio": "fraction"}, "3.3", 0.25, 3),
        ({"score_numbers": "number"}, "3.1", 50, 1.25),
        ({"score_numbers": "text"}, "3.1", "50.0", "1.25"),
        ({"score_nothing": "zero"}, "PETITION_CLASSIFICATION_TTHC", 0, 0),
        ({"score_nothing": "null"}, "PETITION_CLASSIFICATION_TTHC", None, None),
        ({"score_nothing": "null"}, "PETITION_PROCESSING_ON_TIME", None, 6),
    ],
)
async def test_a_line_in_every_form(
    sandbox: Sandbox, own: Ask, settings: dict[str, object], code: str, ratio: object, score: object
) -> None:
    """Code, ratio, figures and "nothing to count", each both ways."""
    sandbox.settings["operations_centre"].update(settings)
    _, lines = await own()
    assert (lines[code]["ratio"], lines[code]["score"]) == (ratio, score)


@pytest.mark.usefixtures("told")
async def test_groups_may_be_an_object(sandbox: Sandbox, own: Ask, ask: Ask) -> None:
    """groupScores as a list or as an object, and the old address does not mind."""
    for shape in ("list", "object"):
        sandbox.settings["operations_centre"]["score_groups"] = shape
        row, _ = await own("dvc-progress-tree")
        listed = [{"code": "TDGQ", "score": 10, "maxScore": 20}]
        assert row["groupScores"] == (listed if shape == "list" else {"TDGQ": 10})
        assert (await ask("old", form(**OCTOBER))).json()["TDGQ"] == 10


@pytest.mark.parametrize(
    ("wanted", "good", "bad", "ministry"),
    [
        ("any", ("PROVINCE", "tinh", 2), (), "MINISTRY"),
        ("word", ("PROVINCE",), ("2", "province"), "MINISTRY"),
        ("digit", ("2", 2), ("PROVINCE",), "1"),
    ],
)
async def test_department_type(
    sandbox: Sandbox, ask: Ask, wanted: str, good: Any, bad: Any, ministry: str
) -> None:
    """Which values departmentType may have."""
    sandbox.settings["operations_centre"]["score_department_type"] = wanted
    for kind in (*good, *bad):
        answer = await ask("transparency", PROVINCES | {"departmentType": kind})
        assert answer.status_code == (200 if kind in good else 400)
    rows = (await ask("transparency", PROVINCES | {"departmentType": ministry})).json()["data"]
    assert [row["departmentCode"] for row in rows["evaluation"]] == ["G91", "G92"]


async def test_first_page_may_be_zero(sandbox: Sandbox, ask: Ask) -> None:
    """Page 1 is the first, or the second."""
    first: dict[int, str] = {}
    for start in (1, 0):
        sandbox.settings["operations_centre"]["score_first_page"] = start
        body = PROVINCES | {"currentPage": 1, "pageSize": 1}
        rows = (await ask("transparency", body)).json()["data"]["evaluation"]
        first[start] = rows[0]["departmentCode"]
    assert first == {1: "H31", 0: "H91"}


@pytest.mark.parametrize(
    ("wanted", "inside", "beside"), [("any", 200, 200), ("params", 200, 400), ("field", 400, 200)]
)
async def test_service_of_the_old_address(
    sandbox: Sandbox, ask: Ask, wanted: str, inside: int, beside: int
) -> None:
    """The service's name stands inside params, or beside them."""
    sandbox.settings["operations_centre"]["score_old_service"] = wanted
    assert (await ask("old", form())).status_code == inside
    field = {"params": "{}", "service": "report_tinh_766_service"}
    assert (await ask("old", field)).status_code == beside


async def test_old_address_may_list_all(sandbox: Sandbox, ask: Ask) -> None:
    """The province alone, or a row per province with its code."""
    alone = (await ask("old", form(**OCTOBER))).json()
    sandbox.settings["operations_centre"]["score_old_shape"] = "list"
    rows = (await ask("old", form(**OCTOBER))).json()
    assert len(rows) == 10
    assert alone.items() <= rows[0].items()
    assert rows[0]["MA_DON_VI"] == "H31"


async def test_refusals_that_were_seen(sandbox: Sandbox, ask: Ask) -> None:
    """403 by the switch; 429 with a time to wait after so many calls, on both addresses together; the fault plan does both too."""
    settings = sandbox.settings["operations_centre"]
    settings["score_access"] = "closed"
    for name, body in (("transparency", PROVINCES), ("old", form())):
        assert (await ask(name, body)).status_code == 403
    settings["score_access"] = "open"
    settings["score_calls_per_minute"] = 2
    statuses = [(await ask("transparency", PROVINCES)).status_code for _ in range(2)]
    answer = await ask("old", form())
    assert [*statuses, answer.status_code] == [200, 200, 429]
    assert 0 < int(answer.headers["retry-after"]) <= 60
    settings["score_calls_per_minute"] = 0
    fault = Fault(status=429, times=1)
    await sandbox.faults.put("operations_centre", fault, "report_tinh_766_service")
    assert (await ask("old", form())).status_code == 429
