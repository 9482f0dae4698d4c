"""What can be asked from the command line: every query there is, with its options and an example."""

from __future__ import annotations

import shlex
from typing import get_args

import click
import pytest

from lienthong import Applicant, interface
from lienthong.cli import _values
from lienthong.cli._kinds import (
    CLAIMS,
    LOOKUPS,
    Kind,
    build_query,
    kind_of,
    options_of,
    refuse_strange,
)
from lienthong.cli._values import asked_options, typed_values
from lienthong.identity import IdentityError

APPLICANT = Applicant.citizen(
    personal_id="033085000101",
    full_name="Nguyễn Văn An Mẫu",
    birth_date="14/03/1985",
    sex="male",
)


def typed(kind: Kind, words: str) -> dict[str, object]:
    """What click and our table make of a line."""

    @click.command()
    @asked_options(options_of((kind,)))
    def command(**parameters: object) -> dict[str, object]:
        return typed_values(parameters)

    found: dict[str, object] = command.main(shlex.split(words), standalone_mode=False)
    return found


def test_every_query_type_can_be_asked() -> None:
    """No query of the interface is left out of the two tables, and names are unique in each."""
    asked = {kind.query for kind in (*LOOKUPS, *CLAIMS)}
    assert asked == {form.__name__ for form in get_args(interface.Query)}
    for kinds in (LOOKUPS, CLAIMS):
        assert len({kind.name for kind in kinds}) == len(kinds)


def test_choices_are_those_of_the_interface() -> None:
    """Help is fast because it imports no room; what it offers is the same all the same."""
    assert get_args(interface.CodeListName) == _values._LISTS
    assert get_args(interface.ScoreReport) == _values._SCORES


@pytest.mark.parametrize("kind", [*LOOKUPS, *CLAIMS], ids=lambda kind: f"{kind.system}-{kind.name}")
def test_every_example_makes_its_query(kind: Kind) -> None:
    """The example of the help is enough for the query, with what the case knows."""
    query = build_query(kind, APPLICANT, typed(kind, kind.example))
    assert type(query).__name__ == kind.query


def test_an_unknown_kind_lists_the_known_ones() -> None:
    """The message names them all."""
    with pytest.raises(click.UsageError, match=r"next-of-kin.*life-status"):
        kind_of("neighbour", CLAIMS)


def test_what_is_missing_or_strange_is_named() -> None:
    """An option that is needed, or that another kind takes, or something the case does not know."""
    parcel = kind_of("parcel", LOOKUPS)
    with pytest.raises(click.UsageError, match="--sheet, --parcel"):
        build_query(parcel, APPLICANT, {"--commune": "11953"})
    with pytest.raises(click.UsageError, match="--serial is not for parcel"):
        refuse_strange(parcel, {"--serial": "DX 101111"})
    firm = Applicant.organisation(code="0990001015", name="CÔNG TY TNHH MẪU")
    with pytest.raises(click.UsageError, match="số định danh"):
        build_query(kind_of("household", LOOKUPS), firm, {})


def test_a_malformed_value_is_not_repeated() -> None:
    """Dates, times and identifiers: the option or its field is named, never what was typed."""
    days = kind_of("registrations", LOOKUPS)
    with pytest.raises(click.UsageError, match="--from") as refused:
        build_query(days, APPLICANT, {"--from": "2026.11.31", "--to": "07/11/2026"})
    assert "2026.11.31" not in refused.value.message
    kin = kind_of("next-of-kin", CLAIMS)
    values = {"--relation": "father", "--relative": "Mẫu", "--relative-id": "0330850001"}
    with pytest.raises(IdentityError) as malformed:
        build_query(kin, APPLICANT, values)
    assert "0330850001" not in str(malformed.value)
