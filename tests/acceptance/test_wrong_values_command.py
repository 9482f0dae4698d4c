"""A wrong value from the command line: reported, listed, shown, answered."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import Ended, RunningSandbox

Run = Callable[..., Ended]
CASE = ("--dossier", "H31.14-261123-0072")
OPENED = (*CASE, "--procedure", "1.000894", "--officer", "can-bo-1", "--agency", "H31.14")
PERSON = ("--id", "033085000101", "--name", "Nguyễn Văn An Mẫu", "--birth", "14/03/1985")
RIGHT = "Số 9 phố Mẫu"


def test_from_the_report_to_the_answer(lienthong: Run, sandbox: RunningSandbox) -> None:
    """The paper is asked for until the register is corrected; only `show` and what follows an entry say what is personal."""
    config = ("-c", sandbox.config, "--json")
    lienthong("verify", *OPENED, *PERSON, *config)
    plan = lienthong("plan", *CASE, *config).body["decisions"]
    paper = next(item["component"] for item in plan if item["rule"] == "dancu-noi-cu-tru")
    seen = lienthong("plan", *CASE, "--preview", paper, *config)
    assert (seen.code, seen.body["verdict"], set(seen.body["values"])) == (
        0,
        "waived",
        {"permanent_address"},
    )
    what = ("--component", paper, "--attribute", "permanent_address", "--right", RIGHT)
    made = lienthong("wrong-values", "report", *CASE, *what, *config)
    assert (made.code, made.body["status"], made.body["right"]) == (0, "open", RIGHT)
    again = {
        item["component"]: item["rule"]
        for item in lienthong("plan", *CASE, *config).body["decisions"]
    }
    assert again[paper] == "value-disputed"
    listed = lienthong("wrong-values", "list", "--status", "open", "-c", sandbox.config)
    assert made.body["id"] in listed.out
    assert RIGHT not in listed.out
    shown = lienthong("wrong-values", "show", made.body["id"], "-c", sandbox.config)
    assert RIGHT in shown.out
    report = made.body["id"]
    entry = ("--officer", "van-hanh-1", "--text", "Đã cập nhật")
    done = lienthong("wrong-values", "answer", report, "corrected", *entry, *config)
    assert (done.code, done.body["status"], done.body["answer"]) == (0, "corrected", "Đã cập nhật")
    twice = lienthong("wrong-values", "answer", report, "rejected", *entry, *config)
    assert (twice.code, twice.body["error"]["code"]) == (2, "wrong_value_settled")
    missing = lienthong("wrong-values", "show", "0", *config)
    assert missing.body["error"]["code"] == "wrong_value_not_found"
    events = lienthong("events", *config).body["events"]
    assert [(item["kind"], item["outcome"]) for item in events] == [("wrong_value", "corrected")]
    assert lienthong("run", "--once", *config).body["callback"] == {"told": 0, "waiting": 0}
