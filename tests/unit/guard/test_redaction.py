"""Nothing personal and no secret reaches the log, by whatever way it came."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from lienthong.guard import configure_logging, redact, redact_text
from lienthong.guard._redaction import redact_fields

NAME = "Đặng Thị Mận"
TOKEN = "s3cr3t-Tok.en_9/x+="


@pytest.fixture(autouse=True)
def _restore(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leaves logging as the other tests expect it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {
        name: (logger.level, logger.propagate, logger.handlers[:])
        for name, logger in logging.root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger)
    }
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level
    for name, (old, propagate, mine) in quiet.items():
        logger = logging.getLogger(name)
        logger.setLevel(old)
        logger.propagate, logger.handlers[:] = propagate, mine
    structlog.reset_defaults()


@pytest.fixture(params=[True, False], ids=["json", "text"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """A configured log, in both forms, and what it wrote."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging(json=request.param, level="DEBUG")
    return stream.getvalue


def _raise(error: BaseException, cause: BaseException | None = None) -> None:
    raise error from cause


NUMBERS = st.sampled_from([9, 10, 12]).flatmap(
    lambda size: st.text("0123456789", min_size=size, max_size=size)
)
EMAILS = st.from_regex(r"[a-z]{3,9}\.[a-z]{3,9}@[a-z]{3,9}\.gov\.vn", fullmatch=True)
MARKS = NUMBERS | EMAILS
AROUND = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=20)


@given(mark=MARKS, before=AROUND, after=AROUND)
def test_seeded_marks_never_appear(mark: str, before: str, after: str) -> None:
    """A number or address is gone, whatever stands around it."""
    # Letters that touch an address belong to it; a number is found between letters too.
    text = f"{before} {mark} {after}" if "@" in mark else f"{before}{mark}{after}"
    assert mark not in redact_text(text)


@given(
    mark=MARKS,
    shape=st.recursive(
        st.none(),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3)
            | st.dictionaries(st.sampled_from(["system", "detail", "số"]), inner, min_size=1)
        ),
        max_leaves=8,
    ),
)
def test_marks_never_appear_however_deep(mark: str, shape: Any) -> None:
    """Marks are found in nested lists and mappings, as value and as key."""

    def seed(value: Any) -> Any:
        if isinstance(value, list):
            return [seed(item) for item in value]
        if isinstance(value, dict):
            return {**{key: seed(item) for key, item in value.items()}, mark: 1}
        return f"for {mark}:"

    assert mark not in orjson.dumps(redact({"x": seed(shape)})).decode()


@pytest.mark.parametrize(
    "name",
    [
        "personal_id", "personalId", "full_name", "FullName", "HoVaTen", "birth_date", "NgaySinh", "token",
        "lgspaccesstoken", "session_id", "Authorization", "password", "client_secret", "body", "query", "email",
        "AuthHash", "set-cookie", "name", "owner", "subject", "officer_number", "SoDinhDanh",
    ],
)  # fmt: skip
def test_fields_are_blotted_out_by_name(name: str) -> None:
    """The name of a field is reason enough, however it is spelled."""
    assert NAME not in str(redact_fields({name: NAME}))
    assert NAME not in str(redact_fields({"call": {name: [NAME]}}))


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {TOKEN}",
        f"authorization='Basic {TOKEN}'",
        f"got bearer {TOKEN} back",
        f"access_token={TOKEN}",
        f'{{"access_token": "{TOKEN}", "x": 1}}',
        f"{{'client_secret': '{TOKEN}'}}",
        f"password: {TOKEN}",
        f"GET https://host.example/path?id=1&key={TOKEN} failed",
        f"GET https://host.example/path#{TOKEN}",
        f"postgresql://lienthong:{TOKEN.replace('/', '')}@db.example/x",
    ],
)
def test_secrets_in_texts(text: str) -> None:
    """Credentials are found in headers, forms, JSON and URLs; the rest of the line stays readable."""
    clean = redact_text(text)
    assert "s3cr3t" not in clean
    assert text.split(maxsplit=1)[0][:5] in clean


def test_names_in_quoted_values() -> None:
    """A name behind its field's name is found in texts too."""
    text = f"ValueError: Query(full_name='{NAME}', birth_date='1990') ho_va_ten: \"{NAME}\""
    assert NAME not in redact_text(text)


def test_what_is_harmless_stays() -> None:
    """Codes, ids, hashes, moments and counts are what operators search for."""
    text = (
        "H31.14-261123-0001 1.004222 000.00.19.H26 01a20e28-c46b-75d9-b9ff-123456789012 "
        f"{'0123456789' * 6}abcd 2026-11-24T15:24:42.473657+00:00 port 5432 https://host.example/path"
    )
    assert redact_text(text) == text
    assert redact_fields({"system": "population", "attempts": 3, "seconds": 1.5, "ok": True}) == {
        "system": "population", "attempts": 3, "seconds": 1.5, "ok": True,
    }  # fmt: skip


def test_unknown_objects_show_their_type_only() -> None:
    """The `repr` of an object may hold anything, so it is not called."""

    class Person:
        def __repr__(self) -> str:
            return NAME

    assert redact({"x": Person(), "y": b"abc", "z": 1090012345}) == {
        "x": "<Person>", "y": "<3 bytes>", "z": "█",
    }  # fmt: skip


def test_a_longer_line_is_cut() -> None:
    """A hostile body cannot fill the log."""
    assert len(redact_text("x" * 1_000_000)) < 10_000
    assert len(redact_text(" " * 1_000_000)) < 10_000


@pytest.mark.parametrize(
    "tail", ["001090012345", "an.nguyen@example.gov.vn", f"full_name='{NAME}'"]
)
def test_a_cut_leaves_no_half(tail: str) -> None:
    """Where a long line is cut, no half of a mark stays behind."""
    for before in range(7_960, 8_001):
        clean = redact_text(f"{'x ' * (before // 2)}{'y' * (before % 2)} {tail} {'x' * 9000}")
        assert not any(part in clean for part in ("0010", "nguyen", "Đặng", "Mận"))


def test_structlog_lines(written: Callable[[], str]) -> None:
    """Event, fields and exception of a structlog line are clean; what helps stays."""
    log = structlog.get_logger("lienthong.test")
    hidden_local = NAME
    try:
        _raise(ValueError(f"no match for 001090012345 and full_name='{hidden_local}'"))
    except ValueError:
        log.exception("call_failed", system="population", full_name=NAME, note="id 001090012345")
    line = written()
    assert "call_failed" in line
    assert "population" in line
    assert "ValueError: no match for" in line
    assert "001090012345" not in line
    assert NAME not in line


def test_standard_library_lines(written: Callable[[], str]) -> None:
    """Arguments, extras and chained exceptions of the standard library's loggers are clean too."""
    log = logging.getLogger("some.library")
    try:
        _raise(RuntimeError(f"bearer {TOKEN}"), KeyError("001090012345"))
    except RuntimeError:
        log.exception(
            "request %s for %s", "https://h.example/a?id=7", "090012345", extra={"full_name": NAME}
        )
    line = written()
    assert "request https://h.example/a?█ for █" in line
    assert "RuntimeError" in line
    assert not any(mark in line for mark in ("001090012345", "s3cr3t", "090012345", NAME))


def test_pydantic_errors(written: Callable[[], str]) -> None:
    """The input that pydantic quotes in its errors is not written."""

    class Model(BaseModel):
        year: int

    try:
        Model.model_validate({"year": {"HoVaTen": NAME, "nested": [NAME]}})
    except ValidationError:
        structlog.get_logger().exception("bad_reply")
    assert "bad_reply" in written()
    assert NAME not in written()


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is one object with event, level, moment and logger."""
    configure_logging(json=True, level="INFO")
    structlog.get_logger("lienthong.test").info("started", system="population")
    logging.getLogger("other").warning("careful")
    lines = [orjson.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["started", "careful"]
    assert [line["level"] for line in lines] == ["info", "warning"]
    assert [line["logger"] for line in lines] == ["lienthong.test", "other"]
    assert all(line["at"].endswith("Z") for line in lines)


@pytest.mark.parametrize(
    "library", ["httpx", "zeep.transports", "sqlalchemy.engine", "apscheduler.x"]
)
def test_talkative_libraries_are_quiet(library: str, written: Callable[[], str]) -> None:
    """Libraries that log URLs, bodies or values say so only when something is wrong."""
    logging.getLogger(library).info("GET https://host.example/")
    logging.getLogger(library).debug("body")
    assert written() == ""
    logging.getLogger(library).warning("careful")
    assert "careful" in written()


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    """The level holds for both kinds of loggers."""
    configure_logging(json=True, level="WARNING")
    structlog.get_logger("a").info("no")
    logging.getLogger("b").info("no")
    assert capsys.readouterr().err == ""


def test_uncaught_exceptions_go_through_the_door(written: Callable[[], str]) -> None:
    """What nobody catches, in the main program or in a thread, is written clean."""
    failure = ValueError("001090012345")
    thread = threading.Thread(target=_raise, args=(failure,))
    thread.start()
    thread.join()
    try:
        _raise(failure)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert written().count("critical") == 2
    assert "001090012345" not in written()


def test_a_line_that_cannot_be_written_is_not_printed_raw(written: Callable[[], str]) -> None:
    """Wrong arguments do not make the standard library print them beside the log."""
    [ours] = [h for h in logging.getLogger().handlers if type(h).__module__.startswith("lienthong")]
    ours.handle(
        logging.LogRecord("some.library", logging.WARNING, "", 1, "%d", ("001090012345",), None)
    )
    assert "could not be written" in written()
    assert "001090012345" not in written()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mark=MARKS)
def test_marks_never_reach_the_stream(mark: str, written: Callable[[], str]) -> None:
    """From whatever place of a line, no mark reaches the stream."""
    log = structlog.get_logger("lienthong.test")
    try:
        _raise(RuntimeError(mark))
    except RuntimeError as error:
        log.warning(
            mark, detail=mark, more=[{mark: mark}], failure=error, path=Path(mark), exc_info=True
        )
        logging.getLogger("x").warning("%s", mark, exc_info=True, stack_info=True)
    assert mark not in written()
