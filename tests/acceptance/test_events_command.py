"""The commands about what became known of cases afterwards."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable

from .conftest import Ended, RunningSandbox, Start

Run = Callable[..., Ended]
CASE = ("--dossier", "H31.14-261123-0071")
OPENED = (*CASE, "--procedure", "1.000894", "--officer", "can-bo-1", "--agency", "H31.14")
PERSON = ("--id", "033085000101", "--name", "Nguyễn Văn An Mẫu", "--birth", "14/03/1985")


def test_a_provisional_paper_from_the_command_line(lienthong: Run, sandbox: RunningSandbox) -> None:
    """Down, accepted, up, settled: the feed has it, reads on after a number, and speaks Vietnamese."""
    config = ("-c", sandbox.config)
    assert lienthong("events", *config).out.strip() == "Chưa có sự kiện mới."
    sandbox.fault("population", outage="refused")
    lienthong("verify", *OPENED, *PERSON, *config)
    lienthong("plan", *CASE, *config)
    sandbox.heal("population")
    lienthong("run", "--once", *config)
    shown = lienthong("events", *config, "--json")
    events = shown.body["events"]
    assert shown.code == 0
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["kind"] == "identity"
    assert {event["dossier"] for event in events} == {CASE[1]}
    assert "Mẫu" not in json.dumps(events, ensure_ascii=False)
    later = lienthong("events", "--after", str(events[0]["id"]), *config, "--json")
    assert later.body["events"] == events[1:]
    assert later.body["after"] == events[-1]["id"]
    people = lienthong("events", *config)
    assert "xác thực người nộp" in people.out
    assert "khớp" in people.out


def test_following(lienthong: Run, start: Start, sandbox: RunningSandbox) -> None:
    """What happens while it runs is printed at once, one object a line, also into a pipe; Ctrl-C ends it."""
    config = ("-c", sandbox.config)
    following = start("events", "--follow", "--json", *config)
    assert following.stdout is not None
    lienthong("verify", *OPENED, *PERSON, *config)
    plan = lienthong("plan", *CASE, *config, "--json").body["decisions"]
    paper = next(item["component"] for item in plan if item["rule"] == "dancu-noi-cu-tru")
    what = ("--component", paper, "--attribute", "permanent_address", "--right", "Số 9 phố Mẫu")
    report = lienthong("wrong-values", "report", *CASE, *what, *config, "--json").body["id"]
    for outcome in ("looking", "rejected"):
        entry = ("--officer", "van-hanh-1", "--text", "Đã xem")
        lienthong("wrong-values", "answer", report, outcome, *entry, *config)
        line = json.loads(following.stdout.readline())
        assert (line["kind"], line["dossier"]) == ("wrong_value", CASE[1])
        assert line["outcome"] == {"looking": "answered"}.get(outcome, outcome)
    following.send_signal(signal.SIGINT)
    assert following.wait(15) == 130
