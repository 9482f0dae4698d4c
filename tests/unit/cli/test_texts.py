"""What people read: errors as sentences, dates as they write them, secrets masked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lienthong.cli import main
from lienthong.cli._config import masked
from lienthong.cli._exits import work_failed
from lienthong.cli._output import age, local_time
from lienthong.identity import PersonalNumber
from lienthong.interface import ConfigurationError, InvalidRequest, Unreachable
from lienthong.onceonly import CatalogueInvalid, UnknownProcedure
from lienthong.settings import load_settings

CONFIG = Path(__file__).parents[3] / "config"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Runs the command line in this process; its exit code and what it wrote."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    out, err = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, out, err


def bad_number() -> Exception:
    try:
        PersonalNumber.parse("12")
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("a setting is wrong"), 78),
        (CatalogueInvalid("a file is wrong"), 78),
        (InvalidRequest("reason", "must not be empty"), 64),
        (bad_number(), 64),
        (UnknownProcedure("no such procedure"), 2),
        (Unreachable("population", "XacThuc", "refused"), 2),
    ],
)
def test_every_error_has_its_exit_code_and_two_languages(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """What happened, what to do, in Vietnamese and English; as one object on standard output with --json."""
    assert work_failed(error, as_json=False) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Lỗi: ")
    assert str(error) in err
    assert work_failed(error, as_json=True) == code
    out, err = capsys.readouterr()
    body = json.loads(out)["error"]
    assert err == ""
    assert set(body) == {"code", "message", "desk_vi", "operator"}


def test_the_unforeseen_shows_no_stack_trace(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short sentence with the id of a log entry; the trace is filed there, without personal numbers."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with pytest.raises(RuntimeError) as raised:
        raise RuntimeError("033085000101 was not expected")
    assert work_failed(raised.value, as_json=True) == 2
    body = json.loads(capsys.readouterr().out)["error"]
    assert body["code"] == "internal"
    assert "Traceback" not in str(body)
    assert "033085000101" not in str(body)
    log = (tmp_path / "lienthong" / "errors.log").read_text("utf-8")
    entry = body["message"].rsplit(" ", 1)[1].rstrip(".")
    assert entry in log
    assert "RuntimeError" in log
    assert "033085000101" not in log


def test_usage_errors_have_a_code_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped command or option is told apart from a failure, and names the help."""
    for arguments in (["plam"], ["verify", "--dossi"], ["verify"], ["lookup", "a", "b"]):
        code, out, err = run(capsys, *arguments)
        assert (code, out) == (64, "")
        assert "--help" in err
    code, out, _ = run(capsys, "verify", "--json")
    assert code == 64
    assert json.loads(out)["error"]["code"] == "usage"


def test_dates_are_written_as_people_here_write_them() -> None:
    """Vietnam time, day first."""
    assert local_time(datetime(2026, 11, 23, 17, 5, tzinfo=UTC)) == "24/11/2026 00:05"
    assert local_time(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "words"), [(3.2, "3 giây"), (300, "5 phút"), (7200, "2 giờ"), (345600, "4 ngày")]
)
def test_ages_in_words(seconds: float, words: str) -> None:
    """One number and one unit."""
    assert age(seconds) == words


def test_no_secret_is_shown() -> None:
    """Every secret of the configuration is masked, and so is a password inside the database's URL."""
    settings = load_settings(CONFIG / "sandbox.toml")
    assert "sandbox-only" not in json.dumps(masked(settings))
    store = settings.store.model_copy(update={"url": "postgresql://a:geheim@db.example/x"})
    shown = masked(settings.model_copy(update={"store": store}))
    assert shown["store"]["url"] == "postgresql://a:********@db.example/x"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_every_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script names the command and the variable it asks with."""
    code, out, _ = run(capsys, "completion", shell)
    assert code == 0
    assert "_LIENTHONG_COMPLETE" in out


def test_systems_lists_every_service(capsys: pytest.CaptureFixture[str]) -> None:
    """Each service with verb, dialects, channels and basis; --fields shows the fields of one."""
    code, out, _ = run(capsys, "systems", "--json")
    services = json.loads(out)["services"]
    assert code == 0
    assert {service["system"] for service in services} >= {"population", "operations_centre"}
    assert {service["basis"] for service in services} <= {"spec", "code", "ours"}
    code, out, _ = run(capsys, "systems", "--fields", "XacThucThongTinCongDan")
    assert code == 0
    assert "Gửi đi" in out
    assert run(capsys, "systems", "--fields", "KhongCo")[0] == 64


def test_each_field_says_how_well_it_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    """A published service may have fields of our own naming: they say so themselves, the others as their service."""
    out = run(capsys, "systems", "--json", "--fields", "TraCuuThongTinDoanhNghiep")[1]
    (service,) = json.loads(out)["services"]
    known = {field["name"]: field for field in service["reply"]}
    assert known["ResultObject/NAME"]["basis"] == service["basis"] == "code"
    assert known["ResultObject/HO_CITY_ID"]["basis"] == "ours"
    assert {field["source"] for field in known.values()} == {service["source"]}
