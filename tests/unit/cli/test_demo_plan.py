"""The demo's list: equal for equal seeds, over all procedures and everybody, and its folder guards itself."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pytest

from lienthong.cli._demo._folder import opened
from lienthong.cli._demo._people import subjects
from lienthong.cli._demo._schedule import Visit, visits
from lienthong.identity import DossierCode
from lienthong.onceonly import Catalogue
from lienthong_sandbox.personas import load_personas

CATALOGUE = Catalogue.load(Path(__file__).parents[3] / "config" / "catalogue")


@pytest.fixture(scope="module")
def personas() -> dict[str, Any]:
    known = load_personas()
    whole = {
        "people": [asdict(person) for person in known.people],
        "organisations": [asdict(unit) for unit in known.organisations],
        "certificates": [asdict(paper) for paper in known.certificates],
    }
    body: dict[str, Any] = json.loads(json.dumps(whole, default=sorted))
    return body


def morning(personas: dict[str, Any], number: int = 220, seed: int = 0) -> tuple[Visit, ...]:
    return visits(subjects(personas), CATALOGUE.procedures, number=number, day="261124", seed=seed)


def test_a_morning_covers_procedures_and_people(personas: dict[str, Any]) -> None:
    """Every procedure of the catalogue, everybody of the sandbox, and so every awkward kind of person."""
    listed = morning(personas)
    assert len(listed) == 220
    assert {visit.procedure.code for visit in listed} == set(CATALOGUE.procedures)
    assert {visit.subject.key for visit in listed} == {
        subject.key for subject in subjects(personas)
    }
    tags = {tag for visit in listed for tag in visit.subject.tags}
    assert tags >= {"year_only", "old_card_only", "twins", "deceased", "wrong_letter", "branch"}
    assert tags >= {"company_struck_off", "household_business", "two_certificates", "nfd"}


def test_everybody_can_state_what_their_procedures_need(personas: dict[str, Any]) -> None:
    """Applicants are built from what people write, whatever they write; a person never files for organisations only."""
    for visit in morning(personas):
        applicant = visit.subject.applicant(visit.procedure.applicant, visit.turn)
        assert not applicant.is_citizen or "citizen" in visit.procedure.applicant


def test_dossier_codes_follow_from_day_seed_and_index(personas: dict[str, Any]) -> None:
    """Equal arguments give equal codes, so a killed demo finds its cases; seeds differ; every code is a valid one."""
    codes = [visit.dossier for visit in morning(personas)]
    assert codes == [visit.dossier for visit in morning(personas)]
    assert len(set(codes)) == len(codes)
    assert not set(codes) & {visit.dossier for visit in morning(personas, seed=1)}
    for code in codes:
        assert DossierCode.parse(code).value == code


def test_the_folder_remembers_its_morning(tmp_path: Path) -> None:
    """Found again it resumes; another seed is refused; --fresh starts over."""
    place = tmp_path / "demo"
    with opened(place, seed=0, cases=60, fresh=False) as first:
        assert not first.resumed
    with opened(place, seed=0, cases=60, fresh=False) as again:
        assert (again.resumed, again.day) == (True, first.day)
    with (
        pytest.raises(click.ClickException, match="--fresh"),
        opened(place, seed=1, cases=60, fresh=False),
    ):
        pass
    with opened(place, seed=1, cases=60, fresh=True) as fresh:
        assert not fresh.resumed


def test_the_folder_is_never_somebody_else_s(tmp_path: Path) -> None:
    """A folder with other content is refused and left alone; a second demo in the same folder too."""
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    with (
        pytest.raises(click.ClickException, match="not empty"),
        opened(tmp_path, seed=0, cases=60, fresh=True),
    ):
        pass
    assert (tmp_path / "letter.txt").read_text("utf-8") == "mine"
    place = tmp_path / "demo"
    with (
        opened(place, seed=0, cases=60, fresh=False),
        pytest.raises(click.ClickException, match="another demo"),
        opened(place, seed=0, cases=60, fresh=False),
    ):
        pass
