"""The log: structlog and the standard library through one door, redacted at the door."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from types import TracebackType
from typing import TextIO

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from ._redaction import redact_fields

_QUIET = (
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpcore2",
    "httpx",
    "sqlalchemy",
    "urllib3",
    "zeep",
)
"""Libraries that log addresses, bodies or values when they are talkative."""


def configure_logging(*, json: bool, level: str) -> None:
    """Sends every log line of the process to standard error, without personal data. Call it once, at the start.

    Args:
        json: One JSON object a line, for machines; else text for people.
        level: Least severe level written: ``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``.
    """
    before = (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    )
    # Exceptions become text first, without the locals that other formatters print, and are then redacted like all text.
    at_the_door = (
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _redact,
        _to_json if json else structlog.dev.ConsoleRenderer(colors=False),
    )
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.ExtraAdder()],
            processors=at_the_door,
            # The standard library would keep the traceback in the record and print it raw.
            keep_exc_info=False,
            keep_stack_info=False,
        )
    )
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def configure_library_logging() -> None:
    """For a host program that set up no structlog: our lines, redacted, as JSON text into its own standard logging.

    Handlers and levels of the host program stay as they are.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            _redact,
            _to_json,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; a line that cannot be written is not printed raw beside the log, as the standard library does."""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes; where the host program closed the standard error of then, to that of now."""
        if self.stream.closed:
            self.stream = sys.stderr
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        with contextlib.suppress(
            OSError, ValueError
        ):  # a closed standard error must not end the program
            self.stream.write(f"a log line of {record.name} could not be written\n")


def _redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return redact_fields(event)


def _to_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return orjson.dumps(event).decode()


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("lienthong").critical("uncaught", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
