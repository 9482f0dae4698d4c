"""The shipped catalogue keeps its format: every file is read with plain ``tomllib``, without the library."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "config" / "catalogue"
RULES_FILE = FOLDER / "replacements.toml"
PROCEDURE_FILES = sorted(
    file for file in FOLDER.glob("*.toml") if file.name not in {RULES_FILE.name, "events.toml"}
)

PAPER_TYPES = {
    "application_form",
    "authorisation",
    "birth_certificate",
    "birth_notice",
    "construction_permit",
    "death_certificate",
    "death_notice",
    "diploma",
    "enterprise_registration",
    "financial_duty",
    "guardianship",
    "health_certificate",
    "household_business_registration",
    "household_members",
    "id_card",
    "insurance_book",
    "insurance_card",
    "insurance_number",
    "judicial_record",
    "land_certificate",
    "land_contract",
    "marital_status",
    "marriage_certificate",
    "other",
    "photo",
    "plan_drawing",
    "poverty_certificate",
    "residence_proof",
    "tax_number",
}
PROCEDURE_REQUIRED: dict[str, type] = {
    "code": str,
    "name": str,
    "field_name": str,
    "level": list,
    "working_days": int,
    "applicant": list,
    "online": str,
    "fee": bool,
    "source": str,
    "source_title": str,
    "retrieved": dt.date,
    "components": list,
    "results": list,
}
PROCEDURE_OPTIONAL: dict[str, type] = {
    "ministry": str,
    "field_code": str,
    "decision": str,
    "cases": list,
    "requirements": list,
}
COMPONENT_REQUIRED: dict[str, type] = {
    "code": str,
    "code_basis": str,
    "name": str,
    "type": str,
    "originals": int,
    "copies": int,
    "present_only": bool,
}
COMPONENT_OPTIONAL: dict[str, type] = {"case": str, "form": str, "replaced_by": list}
REQUIREMENT_REQUIRED: dict[str, type] = {"code": str, "name": str}
REQUIREMENT_OPTIONAL: dict[str, type] = {"case": str, "lists": list}
RESULT_REQUIRED: dict[str, type] = {
    "code": str,
    "code_basis": str,
    "name": str,
    "type": str,
    "valid": str,
}
RULE_REQUIRED: dict[str, type] = {
    "id": str,
    "version": int,
    "paper_type": str,
    "system": str,
    "record": str,
    "needs": list,
    "subject": str,
    "fresh_days": int,
    "legal_basis": str,
    "announced_by": str,
    "confidence": str,
    "source": str,
    "sentence_vi": str,
    "sentence_en": str,
}
RULE_OPTIONAL: dict[str, type] = {"ask_citizen": bool, "after": list}
RECORDS = {
    "population": {"citizen"},
    "business": {"organisation"},
    "social_insurance": {"insurance", "household"},
    "land": {"parcel", "certificate"},
}

PUBLISHED_COMPONENT = re.compile(r"(?:000\.00\.00\.)?G\d\d-KQ\d{4,6}")
PUBLISHED_RESULT = re.compile(r"KQ\.G\d\d\.\d{6}")
HTTPS = re.compile(r"https://[^\s/]+\.[a-z]+/\S+")


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


PROCEDURES = [_read(file) for file in PROCEDURE_FILES]
RULES: list[dict[str, Any]] = _read(RULES_FILE)["rule"]

each_procedure = pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda item: item["code"])
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda item: item["id"])


def _components() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for procedure in PROCEDURES:
        for component in procedure["components"]:
            yield procedure, component


def _check_keys(
    row: dict[str, Any], required: dict[str, type], optional: dict[str, type] | None = None
) -> None:
    known = required | (optional or {})
    assert not set(required) - set(row), f"missing keys in {row}"
    assert not set(row) - set(known), f"unknown keys in {row}"
    for key, value in row.items():
        assert type(value) is known[key], f"{key} of {row}"
        assert value != "", f"{key} of {row}"


@each_procedure
def test_a_procedure_has_the_keys_of_the_format(procedure: dict[str, Any]) -> None:
    """Required keys are present, unknown ones absent, and every value has its TOML type."""
    _check_keys(procedure, PROCEDURE_REQUIRED, PROCEDURE_OPTIONAL)
    for component in procedure["components"]:
        _check_keys(component, COMPONENT_REQUIRED, COMPONENT_OPTIONAL)
    for requirement in procedure.get("requirements", ()):
        _check_keys(requirement, REQUIREMENT_REQUIRED, REQUIREMENT_OPTIONAL)
        assert re.fullmatch(re.escape(procedure["code"]) + r"-YC\d\d", requirement["code"])
    for result in procedure["results"]:
        _check_keys(result, RESULT_REQUIRED)
    assert procedure["components"]
    assert procedure["results"]


@each_procedure
def test_the_words_of_a_procedure_are_of_the_vocabulary(procedure: dict[str, Any]) -> None:
    """Level, applicant, online, paper types, code bases and validities are words of the format."""
    assert set(procedure["level"]) <= {"ministry", "province", "commune"}
    assert set(procedure["applicant"]) <= {"citizen", "business", "state_agency", "organisation"}
    assert procedure["level"]
    assert procedure["applicant"]
    assert procedure["online"] in {"full", "partial", "information"}
    assert procedure["working_days"] > 0
    for row in (*procedure["components"], *procedure["results"]):
        assert row["type"] in PAPER_TYPES, row
        assert row["code_basis"] in {"published", "ours"}, row
    for result in procedure["results"]:
        assert re.fullmatch(r"permanent|P\d+[YMD]", result["valid"]), result


@each_procedure
def test_our_own_codes_can_never_pass_for_published_ones(procedure: dict[str, Any]) -> None:
    """A published code has the national form; one of ours starts with the procedure's code."""
    for row, published, ours in (
        *((item, PUBLISHED_COMPONENT, "TP") for item in procedure["components"]),
        *((item, PUBLISHED_RESULT, "KQ") for item in procedure["results"]),
    ):
        if row["code_basis"] == "published":
            assert published.fullmatch(row["code"]), row
        else:
            assert re.fullmatch(re.escape(procedure["code"]) + rf"-{ours}\d\d", row["code"]), row


@each_procedure
def test_codes_stand_once_in_a_procedure(procedure: dict[str, Any]) -> None:
    """No component code and no result code repeats within a procedure."""
    for key in ("components", "results"):
        codes = Counter(row["code"] for row in procedure[key])
        assert max(codes.values()) == 1, codes


def test_a_file_is_named_after_its_procedure() -> None:
    """File name and code agree, and the code has the national form, without an agency suffix."""
    for file, procedure in zip(PROCEDURE_FILES, PROCEDURES, strict=True):
        assert re.fullmatch(r"\d\.\d{6}", procedure["code"]), file.name
        assert file.stem == procedure["code"]


def test_what_replaces_a_paper_is_a_result_of_some_procedure() -> None:
    """Every ``replaced_by`` code is issued by a procedure of the catalogue."""
    issued = {result["code"] for procedure in PROCEDURES for result in procedure["results"]}
    for procedure, component in _components():
        unknown = set(component.get("replaced_by", ())) - issued
        assert not unknown, f"{procedure['code']} {component['code']}: {unknown}"


def test_a_paper_of_type_other_is_replaced_by_nothing() -> None:
    """A paper that has to be handed in, or is about somebody else, names no replacing result."""
    for procedure, component in _components():
        if component["type"] == "other":
            assert "replaced_by" not in component, f"{procedure['code']} {component['code']}"


def test_one_result_code_means_one_paper_everywhere() -> None:
    """A result code that several procedures issue has the same name and type in all of them."""
    meanings: dict[str, set[tuple[str, str]]] = {}
    for procedure in PROCEDURES:
        for result in procedure["results"]:
            meanings.setdefault(result["code"], set()).add((result["name"], result["type"]))
    assert {code: names for code, names in meanings.items() if len(names) > 1} == {}


@pytest.mark.parametrize(
    "row", [*PROCEDURES, *RULES], ids=lambda row: row.get("code", row.get("id"))
)
def test_every_source_is_a_public_https_page(row: dict[str, Any]) -> None:
    """Procedures and rules name a page by an https URL."""
    assert HTTPS.fullmatch(row["source"])


@each_rule
def test_a_rule_has_the_keys_and_words_of_the_format(rule: dict[str, Any]) -> None:
    """Keys, types, system with a record it really has, and known subject and confidence."""
    _check_keys(rule, RULE_REQUIRED, RULE_OPTIONAL)
    assert rule["paper_type"] in PAPER_TYPES - {"other"}
    assert rule["record"] in RECORDS[rule["system"]]
    assert rule["subject"] in {"applicant", "organisation"}
    assert rule["confidence"] in {"published", "inferred"}
    assert rule["version"] >= 1
    assert rule["fresh_days"] >= 1
    assert rule["needs"]
    assert rule["sentence_vi"].endswith(".")
    assert rule["sentence_en"].endswith(".")


def test_rule_ids_are_unique() -> None:
    """Every rule can be cited by its id."""
    assert max(Counter(rule["id"] for rule in RULES).values()) == 1


def test_every_rule_replaces_a_paper_that_some_procedure_asks() -> None:
    """No rule is dead: its paper type occurs in the catalogue."""
    asked = {component["type"] for _, component in _components()}
    assert {rule["paper_type"] for rule in RULES} <= asked


def test_text_is_nfc() -> None:
    """Vietnamese letters are composed, so names compare byte by byte."""
    for file in (*PROCEDURE_FILES, RULES_FILE):
        text = file.read_text("utf-8")
        assert unicodedata.is_normalized("NFC", text), file.name


def test_the_catalogue_reaches_all_systems() -> None:
    """At least 14 procedures: 3 for organisations, 3 on land, 3 with insurance papers, 6 chains of results."""
    issuers: dict[str, set[str]] = {}
    for procedure in PROCEDURES:
        for result in procedure["results"]:
            issuers.setdefault(result["code"], set()).add(procedure["code"])
    chained = {
        procedure["code"]
        for procedure, component in _components()
        for code in component.get("replaced_by", ())
        if issuers[code] - {procedure["code"]}
    }
    insured = {p["code"] for p, c in _components() if c["type"].startswith("insurance_")}
    assert len(PROCEDURES) >= 14
    assert sum("organisation" in p["applicant"] for p in PROCEDURES) >= 3
    assert sum(p["field_name"] == "Đất đai" for p in PROCEDURES) >= 3
    assert len(insured) >= 3
    assert len(chained) >= 6
    assert len(RULES) >= 10
    assert any(component["present_only"] for _, component in _components())
