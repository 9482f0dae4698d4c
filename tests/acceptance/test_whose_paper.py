"""A paper about somebody else, from the command line."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import Ended, RunningSandbox

Run = Callable[..., Ended]
CASE = ("--dossier", "H31.14-261123-0073")
OPENED = (*CASE, "--procedure", "1.000894", "--officer", "can-bo-1", "--agency", "H31.14")
PERSON = ("--id", "033085000101", "--name", "Nguyễn Văn An Mẫu", "--birth", "14/03/1985")
SPOUSE = ("033190000202", "Trần Thị Bình Mẫu", "20/07/1990")
RULE = "dancu-noi-cu-tru"


def test_the_spouses_paper_waits_for_the_spouses_word(
    lienthong: Run, sandbox: RunningSandbox
) -> None:
    """Named, nothing is looked up before the spouse agrees; the plan and its explanation say that it is somebody else's."""
    config = ("-c", sandbox.config, "--json")
    lienthong("verify", *OPENED, *PERSON, *config)
    plan = lienthong("plan", *CASE, *config).body["decisions"]
    (paper,) = [item["component"] for item in plan if item["rule"] == RULE]

    def decided(*options: str) -> tuple[str, bool]:
        ended = lienthong("plan", *CASE, *options, *config)
        assert ended.code == 0, ended.err
        (found,) = [it for it in ended.body["decisions"] if it["component"] == paper]
        return found["rule"], found["of_another"]

    assert decided("--about", paper, *SPOUSE) == ("consent-of-another", True)
    assert decided("--agree", paper)[1] is True
    explained = lienthong("explain", CASE[1], "-c", sandbox.config)
    assert (explained.code, "người khác, không phải người nộp" in explained.out) == (0, True)
    assert SPOUSE[0] not in explained.out
    wrong = lienthong("plan", *CASE, "--about", "no-such-paper", *SPOUSE, *config)
    assert (wrong.code, wrong.body["error"]["code"]) == (2, "unknown_component")
