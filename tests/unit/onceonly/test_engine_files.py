"""Rule files and requirements: in what order rules decide, and every wrong file is refused with what to correct."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienthong.interface import InvalidRequest
from lienthong.onceonly import (
    Catalogue,
    CatalogueInvalid,
    choices_of,
    chosen_of,
    components_of,
    load_rules,
    requirements_of,
)

from .test_catalogue import PROCEDURE, RULE

SHIPPED = Path(__file__).parents[3] / "config" / "catalogue"


def _rules(tmp_path: Path, after: dict[str, list[str]]) -> Path:
    file = tmp_path / "replacements.toml"
    texts = [
        RULE.replace('"noi-cu-tru"', f'"{name}"') + f"after = {earlier}\n"
        for name, earlier in after.items()
    ]
    file.write_text("".join(texts).replace("'", '"'), "utf-8")
    return file


def test_rules_decide_in_the_order_of_the_file_unless_told() -> None:
    """Without ``after`` nothing moves."""
    ids = [rule.id for rule in load_rules(SHIPPED / "replacements.toml")]
    lines = (SHIPPED / "replacements.toml").read_text("utf-8").splitlines()
    assert ids == [line.split('"')[1] for line in lines if line.startswith("id = ")]


def test_a_rule_waits_for_those_it_comes_after(tmp_path: Path) -> None:
    """It moves behind them, the others keep their places."""
    file = _rules(tmp_path, {"a": ["c"], "b": [], "c": [], "d": []})
    assert [rule.id for rule in load_rules(file)] == ["b", "c", "a", "d"]


@pytest.mark.parametrize(
    ("after", "text"),
    [
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, "after: rules in a circle, "),
        ({"a": ["a"]}, "a after a"),
        ({"a": ["x"]}, "rule a: after: no rule x"),
    ],
)
def test_a_circle_is_refused(tmp_path: Path, after: dict[str, list[str]], text: str) -> None:
    """A rule that comes after itself, by whatever way, is named with the way."""
    with pytest.raises(CatalogueInvalid, match=r"replacements\.toml") as caught:
        load_rules(_rules(tmp_path, after))
    assert text in str(caught.value)


@pytest.mark.parametrize("basis", ["", 'legal_basis = ""\n', 'legal_basis = "   "\n'])
def test_a_rule_without_a_legal_basis_is_refused(tmp_path: Path, basis: str) -> None:
    """No paper is left out without a text that allows it; the message says what to do."""
    lines = [line for line in RULE.splitlines() if not line.startswith("legal_basis")]
    file = tmp_path / "replacements.toml"
    file.write_text("\n".join(lines) + "\n" + basis, "utf-8")
    with pytest.raises(CatalogueInvalid, match=r"rule noi-cu-tru: legal_basis: is missing\. Name"):
        load_rules(file)


REQUIREMENT = """
[[requirements]]
code = "1.004222-YC01"
name = "Chỗ ở"
lists = [["000.00.00.G01-KQ003604"]]
"""


def _catalogue(tmp_path: Path, more: str, procedure: str = PROCEDURE) -> Catalogue:
    (tmp_path / "1.004222.toml").write_text(procedure + more, "utf-8")
    (tmp_path / "replacements.toml").write_text(RULE, "utf-8")
    return Catalogue.load(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("KQ003604", "KQ003605", "is no component of the same case"),
        ("KQ003604", "KQ009999", "is no component of the same case"),
        ('[["000.00.00.G01-KQ003604"]]', "[[]]", "a list without papers; write `lists = []`"),
        ("1.004222-YC01", "000.00.00.G01-KQ003605", "the code stands in the file already"),
        ("[[requirements]]", "[[requirements]]\nway = 1", "Extra inputs"),
    ],
)
def test_a_wrong_requirement_is_refused(tmp_path: Path, old: str, new: str, text: str) -> None:
    """Its place in the file and what to write instead are named."""
    with pytest.raises(CatalogueInvalid, match=r"1\.004222\.toml") as caught:
        _catalogue(tmp_path, REQUIREMENT.replace(old, new))
    assert text in str(caught.value)


def test_a_paper_stands_in_one_requirement_only(tmp_path: Path) -> None:
    """Two requirements could not both count the same paper."""
    twice = REQUIREMENT + REQUIREMENT.replace("YC01", "YC02")
    with pytest.raises(CatalogueInvalid, match="in two requirements"):
        _catalogue(tmp_path, twice)


def test_no_papers_is_said_and_not_left_out(tmp_path: Path) -> None:
    """A file without components is refused; one that says that there are none is read."""
    head = PROCEDURE.split("[[components]]")[0]
    with pytest.raises(CatalogueInvalid, match=r"write `components = \[\]`"):
        _catalogue(tmp_path, "", head)
    none = _catalogue(tmp_path, "components = []\n", head)
    assert none.procedure("1.004222").components == ()


def test_lists_may_be_empty_or_unknown(tmp_path: Path) -> None:
    """An explicit empty list and no list at all are read as two things."""
    for text, expected in (("lists = []", ()), ("", None)):
        more = REQUIREMENT.replace('lists = [["000.00.00.G01-KQ003604"]]', text)
        (found,) = requirements_of(_catalogue(tmp_path, more).procedure("1.004222"))
        assert found.lists == expected


def test_several_cases_at_once() -> None:
    """All papers of all chosen cases, each once; an unknown case is refused."""
    known = Catalogue.load(SHIPPED).procedure("1.000656")
    old, authority, *_ = choices_of(known)
    chosen = chosen_of(known, [authority, old, old])
    assert chosen.splitlines() == [old, authority]
    papers = {item.code for item in components_of(known, chosen)}
    assert papers == {item.code for item in known.components if item.case in {"", old, authority}}
    assert chosen_of(known, ()) == ""
    with pytest.raises(InvalidRequest):
        chosen_of(known, [old, "không có"])


def test_the_shipped_requirements_meet_their_procedures() -> None:
    """At least two real procedures offer a choice of papers."""
    found = {
        procedure.code
        for procedure in Catalogue.load(SHIPPED).procedures.values()
        if any(len(item.lists or ()) > 1 for item in procedure.requirements)
    }
    assert len(found) >= 2
