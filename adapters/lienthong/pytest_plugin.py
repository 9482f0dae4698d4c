"""pytest plugin: every check of the conformance suite as a test of its own.

``pytest --connector NAME`` runs them on an installed connector; :func:`conformance_tests` makes a test class of them. Every
pytest run of an environment that has this library loads this module, so it imports nothing until one of the two is used.
"""

# ruff: noqa: PLC0415  # see above

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Self

import pytest

if TYPE_CHECKING:
    from lienthong.testing import Subject

__all__ = ["conformance_tests"]


class _Running:
    """A subject beside its far side, for tests that are no coroutines."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()

    def __enter__(self) -> Self:
        from lienthong.testing import open_trial

        opening = self._stack.enter_async_context(open_trial(self._subject))
        self._trial = self._runner.run(opening)
        return self

    def __exit__(self, *_: object) -> None:
        with self._runner:
            self._runner.run(self._stack.aclose())

    def check(self, name: str) -> None:
        """Ends as the check ends."""
        result = self._runner.run(self._trial.run(name))
        if result.status == "failed":
            pytest.fail(f"{result.promise}\n{self._subject.title}: {result.detail}", pytrace=False)
        if result.status == "not_applicable":
            pytest.skip(result.detail)


def conformance_tests(subject: Subject) -> type[Any]:
    """A test class with one test per check: ``TestConformance = conformance_tests(subject())``."""
    from lienthong.testing import check_names

    class Conformance:
        """The conformance suite on one subject."""

        @pytest.fixture(scope="class")
        @classmethod
        def running(cls) -> Iterator[_Running]:
            """The subject beside its far side."""
            with _Running(subject) as running:
                yield running

        @pytest.mark.parametrize("check", check_names())
        def test_check(self, running: _Running, check: str) -> None:
            """The connector keeps this promise, or it does not apply."""
            running.check(check)

    return Conformance


class _Subject(pytest.Collector):
    """The checks on one subject."""

    def __init__(self, *, subject: Subject, **names: Any) -> None:
        super().__init__(**names)
        self._subject = subject

    def collect(self) -> list[pytest.Item]:
        from lienthong.testing import check_names

        return [_Check.from_parent(self, name=name) for name in check_names()]

    def setup(self) -> None:
        self.running = _Running(self._subject).__enter__()
        self.addfinalizer(self.running.__exit__)


class _Check(pytest.Item):
    """One check on one subject."""

    def runtest(self) -> None:
        subject = self.getparent(_Subject)
        assert subject is not None  # noqa: S101 - it was made from one
        subject.running.check(self.name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """See pytest."""
    parser.getgroup("lienthong").addoption(
        "--connector",
        action="append",
        default=[],
        metavar="NAME",
        help="run the conformance suite on an installed connector, or on NAME/DIALECT/CHANNEL only; may be repeated. "
        "Without paths nothing else runs.",
    )


_SUBJECTS = pytest.StashKey["list[Subject]"]()


def pytest_configure(config: pytest.Config) -> None:
    """See pytest. Names are looked up here, where a wrong one ends the whole run and not a worker of it."""
    config.stash[_SUBJECTS] = []
    for name in config.option.connector:
        from lienthong.interface import ConfigurationError
        from lienthong.testing import find_subjects

        try:
            config.stash[_SUBJECTS].extend(find_subjects(name))
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from None
    if config.option.connector and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """See pytest. Comes first, so that ``-k`` and the like see the checks too."""
    for subject in session.config.stash[_SUBJECTS]:
        title = subject.title
        node = _Subject.from_parent(session, name=title, nodeid=title, subject=subject)
        items.extend(node.collect())
