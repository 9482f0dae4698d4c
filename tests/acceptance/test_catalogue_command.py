"""``lienthong catalogue`` against a sandbox whose nation changes its mind."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.request import ProxyHandler, Request, build_opener

from .conftest import Ended, RunningSandbox

Run = Callable[..., Ended]
MARRIAGE = "1.000894"


def _change(sandbox: RunningSandbox, code: str, **fields: object) -> None:
    """Changes a procedure of the national catalogue."""
    request = Request(
        f"{sandbox.admin}/-/catalogue/{code}",
        json.dumps(fields).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    build_opener(ProxyHandler({})).open(request, timeout=10).close()


def test_synchronise_list_show_and_compare(lienthong: Run, sandbox: RunningSandbox) -> None:
    """First everything is new and nothing contradicts; then a change is told, and the file that says otherwise is named."""
    config = ("-c", sandbox.config)
    never = lienthong("catalogue", "diff", *config)
    assert (never.code, never.out.strip()) == (
        0, "Chưa cập nhật từ quốc gia lần nào: lienthong catalogue sync",
    )  # fmt: skip
    first = lienthong("catalogue", "sync", *config, "--json")
    assert (first.code, first.body["state"], first.body["contradictions"]) == (0, "done", 0)
    assert first.body["added"] == first.body["listed"] == first.body["fetched"]

    _change(sandbox, MARRIAGE, name="Đăng ký kết hôn (sửa)")
    _change(sandbox, "9.000001", name="Thủ tục quốc gia")
    second = lienthong("catalogue", "sync", *config)
    assert second.code == 0
    assert "1 mới, 1 đổi, 0 không còn, 0 không đọc được" in second.out
    assert "lienthong catalogue diff --local" in second.out

    changed = lienthong("catalogue", "diff", *config)
    assert changed.code == 1
    assert "Đổi tên thủ tục: Thủ tục đăng ký kết hôn → Đăng ký kết hôn (sửa)" in changed.out
    assert "Thủ tục mới: 9.000001 Thủ tục quốc gia" in changed.out
    local = lienthong("catalogue", "diff", "--local", *config, "--json")
    assert [item["code"] for item in local.body["procedures"]] == [MARRIAGE]
    history = lienthong("catalogue", "diff", MARRIAGE, *config, "--json")
    assert len(history.body["procedures"]) == 2

    listed = lienthong("catalogue", "list", "--search", "ket hon", *config, "--json")
    assert {item["code"]: item["origin"] for item in listed.body["procedures"]}[MARRIAGE] == "both"
    page = lienthong("catalogue", "list", "--limit", "2", *config, "--json").body
    after = lienthong("catalogue", "list", "--after", page["after"], *config, "--json").body
    assert page["procedures"][-1]["code"] < after["procedures"][0]["code"]
    shown = lienthong("catalogue", "show", MARRIAGE, *config)
    assert "Thủ tục đăng ký kết hôn" in shown.out  # the file's name holds
    assert "000.00.00.G15-KQ003785" in shown.out


def test_a_hub_that_is_down_is_said_so(lienthong: Run, sandbox: RunningSandbox) -> None:
    """Exit 2, one sentence, and the files go on being used."""
    sandbox.fault("operations_centre", outage="refused")
    ended = lienthong("catalogue", "sync", "-c", sandbox.config)
    assert (ended.code, ended.out) == (2, "")
    assert "Chưa cập nhật được danh mục thủ tục quốc gia" in ended.err
    shown = lienthong("catalogue", "show", MARRIAGE, "-c", sandbox.config, "--json")
    assert (shown.code, shown.body["fetched_at"]) == (0, None)
