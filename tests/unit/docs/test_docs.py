"""The documentation says what the code says, and its links lead somewhere."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import lienthong
from lienthong import interface, load_settings
from lienthong.health import _checker, _systems
from lienthong.hub import _reasons
from lienthong.onceonly import BUILT_IN

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        *(page for page in DOCS.rglob("*.md") if "_build" not in page.parts),
        *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
    ]
)
_FENCE = re.compile(r"^(`{3,})(\S*)\n(.*?)^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")
_CODE = re.compile(r"`([^`\n]+)`")


@cache
def generator(name: str = "_generate") -> ModuleType:
    """A module of the generator, which lives beside the pages and belongs to no package."""
    if str(DOCS) not in sys.path:
        sys.path.insert(0, str(DOCS))
    return import_module(name)


def text_of(page: str) -> str:
    """A page by its name under ``docs/``."""
    return (DOCS / page).read_text("utf-8")


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Every code block in a language, with the page it stands on."""
    for page in PAGES:
        for _, found, code in _FENCE.findall(page.read_text("utf-8")):
            if found == language:
                yield str(page.relative_to(ROOT)), code


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def test_writing_the_generated_pages_again_changes_nothing() -> None:
    """Whoever changes a service, setting, error or command runs docs/_generate.py."""
    assert [name_of(page) for page in generator().stale()] == []


def test_every_setting_is_documented_with_a_meaning() -> None:
    """No key of the configuration file is without a sentence."""
    page = text_of("reference/settings.md")
    keys: dict[str, Any] = generator("_pages").setting_keys()
    missing = [key for key in keys if f"`{key.rpartition('.')[2]}`" not in page]
    assert missing == []
    assert [key for key, field in keys.items() if not field.description] == []


def test_every_error_is_documented_and_its_code_is_its_own() -> None:
    """Programs tell errors apart by code, so no two classes share one.

    A class that only channels and connectors pass between themselves may keep its parent's: outside it is its parent.
    """
    page = text_of("reference/errors.md")
    classes = generator("_pages").error_classes()
    assert [error.__name__ for error in classes if f"`{error.__name__}`" not in page] == []
    inner = "lienthong_connectors."
    codes = [
        error.code
        for error in classes
        if "code" in vars(error) or not error.__module__.startswith(inner)
    ]
    assert [code for code in codes if f"`{code}`" not in page] == []
    assert sorted(codes) == sorted(set(codes))


def test_every_command_and_option_is_documented() -> None:
    """The page of the command line has all that click knows."""
    page = text_of("reference/cli.md")
    for path, command in generator("_pages").commands():
        assert f"`{' '.join(path)}`" in page
        for parameter in command.params:
            options = [name for name in parameter.opts if name.startswith("--")]
            assert all(name in page for name in options), (path, options)


def test_every_public_name_is_documented() -> None:
    """What ``import lienthong`` offers stands on the page of the Python interface."""
    page = text_of("reference/api.md")
    assert [name for name in lienthong.__all__ if f":: lienthong.{name}\n" not in page] == []


def test_every_public_class_and_function_of_the_interface_is_documented() -> None:
    """Whoever writes a connector finds each name on a page."""
    page = text_of("reference/interface.md") + text_of("reference/outcomes.md")
    page += text_of("reference/errors.md")
    for name in interface.__all__:
        found = getattr(interface, name)
        if isinstance(found, type) or inspect.isfunction(found):
            assert f":: lienthong.interface.{name}\n" in page or f"`{name}`" in page, name


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    prose = _FENCE.sub("", page.read_text("utf-8"))
    targets = [path for path, _ in _LINK.findall(prose) if path]
    assert [path for path in targets if not (page.parent / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_build_machine(page: Path) -> None:
    """Paths of the machine on which a page was written help nobody and may say too much."""
    text = page.read_text("utf-8")
    places = ("/work/", "/root/", "/home/", "../shared", str(ROOT))
    assert [place for place in places if place in text] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_named_on_pages_exist(page: Path) -> None:
    """A reader who types a command of a page does not get a usage error for its name."""
    known = {" ".join(path) for path, _ in generator("_pages").commands()}
    groups = {name.split()[1] for name in known if name.count(" ") == 2}
    text = page.read_text("utf-8")
    for first, second in re.findall(r"(?:`|bin/|\$ )lienthong ([a-z][a-z-]*)(?: ([a-z-]+))?", text):
        assert f"lienthong {first}" in known, first
        if first in groups and second:
            assert f"lienthong {first} {second}" in known, second


def test_settings_named_on_pages_exist() -> None:
    """An integrator finds every setting that a page names."""
    keys = set(generator("_pages").setting_keys())
    tables = {key.partition(".")[0] for key in keys if ":" not in key} - {"systems"}
    wrong = []
    for page in PAGES:
        for code in _CODE.findall(_FENCE.sub("", page.read_text("utf-8"))):
            if re.fullmatch(rf"({'|'.join(tables)})\.[a-z_]+", code) and code not in keys:
                wrong.append((name_of(page), code))
            if re.fullmatch(r"systems\.[a-z_<>]+\.[a-z_.<>]+", code) and not _known(code, keys):
                wrong.append((name_of(page), code))
    assert wrong == []


def _known(code: str, keys: set[str]) -> bool:
    _, system, *rest = code.split(".")
    if rest[0] == "options" and len(rest) == 2:
        own = {f"options:{system}.{rest[1]}"}
        return bool(own & keys)
    if rest[0] == "channel" and len(rest) == 2:
        return rest[1] == "kind" or any(
            key.startswith("channel:") and key.endswith(f".{rest[1]}") for key in keys
        )
    return f"systems.<name>.{'.'.join(rest)}" in keys


def test_every_option_of_a_connector_is_an_open_question() -> None:
    """Options exist because no public source decides: the agency is asked about each."""
    page = text_of("open-questions.md")
    keys = generator("_pages").setting_keys()
    options = [key.removeprefix("options:") for key in keys if key.startswith("options:")]
    names = ["systems.{}.options.{}".format(*option.split(".")) for option in options]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_the_operators_page_explains_every_health_check() -> None:
    """Whatever health can show at night stands in the operator's table."""
    page = text_of("first-day-operator.md")
    own = [f"{component}:{measurement}" for component, measurement, _ in _checker._OWN]
    own[own.index("disk:store") :] = [
        "disk:store",
        "disk:content",
        *own[own.index("disk:store") + 1 :],
    ]
    own += ["outbox:dead", "audit:room"]
    own += [
        f"<system>:{name}"
        for name in ("check", "certificate", "client_certificate", "token", "breaker")
    ]
    assert [name for name in own if f"`{name}`" not in page] == []


def test_the_operators_page_quotes_every_cause_of_a_failed_call() -> None:
    """An operator searches the page for the words on the screen."""
    page = text_of("first-day-operator.md")
    quotes = [quote.strip(" …") for quote in re.findall(r"\| ([^|]*…[^|]*) \|", page)]
    pieces = [piece.strip() for quote in quotes for piece in quote.split("…") if piece.strip()]
    for english, vietnamese in [*_systems._CAUSES.values(), _systems._UNKNOWN_CAUSE]:
        assert any(piece in vietnamese for piece in pieces if len(piece) > 12), english


def test_every_built_in_rule_is_explained() -> None:
    """A clerk's question "why must I hand this in?" has an answer on the page."""
    page = text_of("how-to/verify-and-plan.md")
    assert [rule for rule in BUILT_IN if f"`{rule}`" not in page] == []


def test_every_reason_of_a_dead_letter_is_explained() -> None:
    """The code that ``lienthong sync dead`` shows stands on the hub's page."""
    page = text_of("how-to/report-to-the-hub.md")
    assert [word for word in _reasons._REASONS if f"`{word}`" not in page] == []


def test_every_outcome_is_explained() -> None:
    """All outcomes stand in the table with their kind."""
    page = text_of("reference/outcomes.md")
    module = import_module("lienthong.interface._outcomes")
    kinds = [
        (name, value.kind)
        for name, value in vars(module).items()
        if isinstance(value, type) and hasattr(value, "kind")
    ]
    assert len(kinds) >= 11
    assert [name for name, kind in kinds if f"| `{name}` | `{kind}` |" not in page] == []


def test_python_blocks_compile() -> None:
    """README and pages show Python that is at least Python."""
    found = list(blocks("python"))
    assert "README.md" in {page for page, _ in found}
    for page, code in found:
        compile(code, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_the_readme_shows_ten_lines_or_hardly_more() -> None:
    """The promise is ten lines: the function has no more, and little stands around it."""
    (code,) = [code for page, code in blocks("python") if page == "README.md"]
    (function,) = [item for item in ast.parse(code).body if isinstance(item, ast.AsyncFunctionDef)]
    assert (function.end_lineno or 0) - function.lineno + 1 <= 10


def test_toml_blocks_are_toml() -> None:
    """Nobody copies a table that does not parse."""
    for page, code in blocks("toml"):
        try:
            tomllib.loads(code)
        except tomllib.TOMLDecodeError as error:
            pytest.fail(f"{page}: {error}")


def test_the_smallest_configuration_is_accepted(tmp_path: Path) -> None:
    """The file that the page calls the smallest that works does load."""
    code = next(
        code for page, code in blocks("toml") if page.endswith("write-your-configuration.md")
    )
    file = tmp_path / "lienthong.toml"
    file.write_text(code, "utf-8")
    assert load_settings(file).site.agency == "H31"


def test_the_block_on_identifiers_and_places_runs() -> None:
    """Whoever pastes it sees that an address of 2020 and today's are one place."""
    (code,) = [code for page, code in blocks("python") if page == "docs/how-to/identifiers.md"]
    names: dict[str, Any] = {}
    exec(compile(code, "identifiers.md", "exec"), names)
    assert (names["old"].same, names["old"].rule) == ("same", "joined")


def test_every_benchmark_is_explained() -> None:
    """A program in ``bench/`` that no page names is not found."""
    page = text_of("benchmarks.md")
    programs = [path.stem for path in (ROOT / "bench").glob("[a-z]*.py")]
    assert [name for name in programs if f"| `{name}` |" not in page] == []
