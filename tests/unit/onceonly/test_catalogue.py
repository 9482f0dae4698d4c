"""Loading a catalogue: the shipped one loads, and every kind of wrong file is refused with file and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienthong.identity import IdentityError
from lienthong.onceonly import (
    Catalogue,
    CatalogueInvalid,
    UnknownComponent,
    UnknownProcedure,
    choices_of,
    component_of,
    components_of,
)

SHIPPED = Path(__file__).parents[3] / "config" / "catalogue"

PROCEDURE = """
code = "1.004222"
name = "Đăng ký thường trú"
working_days = 7
applicant = ["citizen"]

[[components]]
code = "000.00.00.G01-KQ003604"
name = "Tờ khai"
type = "application_form"

[[components]]
code = "000.00.00.G01-KQ003605"
name = "Giấy tờ chỗ ở"
case = "Nhà của mình"

[[results]]
code = "KQ.G01.000065"
name = "Thông báo"
valid = "P6M"
"""
RULE = """
[[rule]]
id = "noi-cu-tru"
version = 1
paper_type = "residence_proof"
system = "population"
record = "citizen"
needs = ["permanent_address"]
fresh_days = 1
legal_basis = "Nghị quyết 66.7/2025/NQ-CP"
announced_by = "Chính phủ"
sentence_vi = "Không cần nộp giấy tờ cư trú."
sentence_en = "No proof of residence is needed."
"""


def _folder(tmp_path: Path, procedure: str = PROCEDURE, rules: str = RULE) -> Path:
    (tmp_path / "1.004222.toml").write_text(procedure, "utf-8")
    (tmp_path / "replacements.toml").write_text(rules, "utf-8")
    return tmp_path


def test_the_shipped_catalogue_loads() -> None:
    """Every procedure and rule that ships is read; no rule is for a type that no paper has."""
    catalogue = Catalogue.load(SHIPPED)
    assert len(catalogue.procedures) >= 12
    types = {item.type for known in catalogue.procedures.values() for item in known.components}
    assert catalogue.rules
    for rule in catalogue.rules:
        assert catalogue.rule(rule.id) is rule
    assert {rule.paper_type for rule in catalogue.rules} <= types


def test_procedures_are_found_by_national_code(tmp_path: Path) -> None:
    """An agency's suffix is ignored; an unknown code and a malformed one differ."""
    catalogue = Catalogue.load(_folder(tmp_path))
    known = catalogue.procedure("1.004222.000.00.00.H31")
    assert known is catalogue.procedure("1.004222")
    with pytest.raises(UnknownProcedure):
        catalogue.procedure("9.999999")
    with pytest.raises(IdentityError):
        catalogue.procedure("thường trú")
    assert choices_of(known) == ("Nhà của mình",)
    assert len(components_of(known)) == 1
    assert len(components_of(known, "Nhà của mình")) == 2
    with pytest.raises(UnknownComponent):
        component_of(known, "000.00.00.G01-KQ000000")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('code = "1.004222"', 'code = "1.004223"', "must be named 1.004223.toml"),
        ('code = "1.004222"\n', "", "code"),
        ('name = "Đăng ký thường trú"', "name = 7", "name"),
        ("working_days = 7", "working_days = -1", "working_days"),
        ("working_days = 7", 'working_days = "bảy"', "working_days"),
        ("working_days = 7", "working_daze = 7", "working_daze"),
        ('["citizen"]', '["người dân"]', "applicant"),
        ('["citizen"]', "[]", "applicant"),
        ('valid = "P6M"', 'valid = "6 months"', "KQ.G01.000065: valid"),
        ('valid = "P6M"', 'valid = "PT6H"', "valid"),
        ('valid = "P6M"', 'valid = "P0M"', "valid"),
        ('case = "Nhà của mình"', "kase = 1", r"components\.1\.kase"),
        ("KQ003605", "KQ003604", "000.00.00.G01-KQ003604 stands there twice"),
        ('name = "Tờ khai"', "name = [", "cannot be read as TOML"),
    ],
)
def test_a_wrong_procedure_is_refused(tmp_path: Path, old: str, new: str, place: str) -> None:
    """The sentence names the file and the place in it."""
    assert old in PROCEDURE
    with pytest.raises(CatalogueInvalid, match=rf"1\.00422[23]\.toml.*{place}"):
        Catalogue.load(_folder(tmp_path, PROCEDURE.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[[rule]]", "[[rules]]", "rules: only"),
        ("[[rule]]", "[rule]", r"write each rule as a \[\[rule\]\]"),
        (RULE, "rule = 5", "rule"),
        (RULE, 'rule = ["x"]', "rule 1"),
        (RULE, RULE + RULE, "rule noi-cu-tru stands there twice"),
        ('id = "noi-cu-tru"', 'id = ""', "rule 1: id"),
        ("version = 1", "version = 0", "rule noi-cu-tru: version"),
        ("fresh_days = 1", "fresh_days = 0", "fresh_days"),
        ("fresh_days = 1", "fresh_days = inf", "fresh_days"),
        ('record = "citizen"', 'record = "person"', "record"),
        ('"permanent_address"', '"permanent_adress"', "no permanent_adress"),
        ('sentence_en = "No proof of residence is needed."\n', "", "sentence_en"),
        ("announced_by", "anounced_by", "announced_by"),
    ],
)
def test_a_wrong_rule_is_refused(tmp_path: Path, old: str, new: str, place: str) -> None:
    """A misspelt need would send every citizen for the paper, so it does not load."""
    assert old in RULE
    with pytest.raises(CatalogueInvalid, match=rf"replacements\.toml.*{place}"):
        Catalogue.load(_folder(tmp_path, rules=RULE.replace(old, new)))


def test_what_is_missing_or_unreadable_is_named(tmp_path: Path) -> None:
    """No folder, no rules file, a wrong charset."""
    with pytest.raises(CatalogueInvalid, match="There is no catalogue folder"):
        Catalogue.load(tmp_path / "nowhere")
    with pytest.raises(CatalogueInvalid, match=r"no replacements\.toml"):
        Catalogue.load(tmp_path)
    _folder(tmp_path)
    (tmp_path / "1.004222.toml").write_bytes(PROCEDURE.encode("utf-16"))
    with pytest.raises(CatalogueInvalid, match=r"1\.004222\.toml cannot be read"):
        Catalogue.load(tmp_path)
    _folder(tmp_path, "\ufeff" + PROCEDURE)
    assert Catalogue.load(tmp_path).procedures
