"""What the hub would refuse is found before it is told, with the field named in both languages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from lienthong.hub import problems
from lienthong.interface import (
    Component,
    DossierFee,
    HubDossier,
    HubProgress,
    OtherPaper,
    ProcedureRecord,
    ResultKind,
    ResultPaper,
    SubmittedPaper,
    Supplement,
)

START = datetime.fromisoformat("2026-11-23T08:30:00+07:00")
PROCEDURE = ProcedureRecord(
    code="1.004222",
    name="Đăng ký thường trú",
    field_code="G01-QLHC",
    field_name="Đăng ký, quản lý cư trú",
    components=(Component(code="000.00.00.G01-KQ000001", name="Tờ khai"),),
    results=(ResultKind(code="KQ.G01.000001", name="Thông báo"),),
)


@pytest.fixture
def dossier(messages: Any) -> Any:
    return messages.dossier


@pytest.fixture
def step(messages: Any) -> Any:
    return messages.step


def _paper(**fields: Any) -> SubmittedPaper:
    content = {"paper_id": "p1", "name": "Tờ khai", "component": "000.00.00.G01-KQ000001"}
    return SubmittedPaper(**content | fields)


def _result(**fields: Any) -> ResultPaper:
    return ResultPaper(
        **{"paper_id": "r1", "name": "Thông báo", "result": "KQ.G01.000001"} | fields
    )


def _fee(**fields: Any) -> DossierFee:
    return DossierFee(**{"name": "Lệ phí", "code": "LP01", "amount": 8000} | fields)


def _supplement(**fields: Any) -> Supplement:
    content = {
        "supplement_id": "1",
        "asked_by": "canbo01",
        "content": "Bổ sung tờ khai",
        "asked_at": START,
        "due_before": START,
    }
    return Supplement(**content | fields)


def test_good_messages(dossier: Any, step: Any) -> None:
    """Complete messages have no problem, with and without the catalogue."""
    full = dossier(
        papers=(_paper(),),
        results=(_result(),),
        supplements=(_supplement(),),
        fees=(_fee(), _fee(code="LP02", amount=0)),
        online_payment="1",
        other_papers=(OtherPaper(name="Ảnh thẻ", count=2),),
        due_at=START + timedelta(days=7),
        finished_at=START + timedelta(days=2),
        returned_at=START + timedelta(days=3),
    )
    assert problems(full, PROCEDURE) == []
    assert problems(full, None) == []
    assert problems(step(), PROCEDURE) == []


def test_supplement_without_return_date(dossier: Any) -> None:
    """Where no return date was appointed before a request, none is demanded: a procedure may have no term."""
    asked = _supplement(due_before=None)
    assert problems(dossier(supplements=(asked,), status="5"), None) == []
    appointed = _supplement(due_before=None, due_after=START, done=True, received_at=START)
    assert problems(dossier(supplements=(appointed,), due_at=START, status="4"), None) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"dossier": "H31.14-261323-0001"}, "dossier"),
        ({"dossier": "1234"}, "dossier"),
        ({"procedure": "1.004222.H31"}, "procedure"),
        ({"procedure": "DV-22"}, "procedure"),
        ({"procedure_name": " "}, "procedure_name"),
        ({"agency_name": ""}, "agency_name"),
        ({"field_name": ""}, "field_name"),
        ({"status": "0"}, "status"),
        ({"status": "11"}, "status"),
        ({"databases": ("1", "")}, "databases"),
        ({"owner_number": " "}, "owner_number"),
        ({"owner_number": "000000000000"}, "owner_number"),
        ({"owner_number": "123456789"}, "owner_number"),
        ({"owner_number": "123456789012"}, "owner_number"),
        ({"owner_number": "987654321"}, "owner_number"),
        ({"owner_number": "XXXXXXXX"}, "owner_number"),
        ({"owner_number": "000000001"}, "owner_number"),
        ({"owner_number": "033190000000"}, "owner_number"),
        ({"owner_number": "0000000000", "owner_kind": "4"}, "owner_number"),
        ({"owner_number": "12345"}, "owner_number"),
        ({"owner_number": "không có"}, "owner_number"),
        ({"owner_number": "12345", "owner_kind": "2"}, "owner_number"),
        ({"submitted_at": START.replace(tzinfo=None)}, "submitted_at"),
        ({"received_at": START - timedelta(days=1)}, "received_at"),
        ({"due_at": START - timedelta(days=1)}, "due_at"),
        ({"refused_at": START - timedelta(days=1)}, "refused_at"),
        ({"finished_at": START - timedelta(seconds=1)}, "finished_at"),
        (
            {"finished_at": START + timedelta(days=2), "returned_at": START + timedelta(days=1)},
            "returned_at",
        ),
        ({"papers": (_paper(name=""),)}, "papers[0].name"),
        ({"papers": (_paper(component=""),)}, "papers[0].component"),
        ({"papers": (_paper(paper_id=""),)}, "papers[0].paper_id"),
        ({"papers": (_paper(reused=2),)}, "papers[0].replaced_by"),
        ({"papers": (_paper(), _paper())}, "papers"),
        ({"results": (_result(name=""),)}, "results[0].name"),
        ({"results": (_result(result=""),)}, "results[0].result"),
        ({"supplements": (_supplement(content=""),)}, "supplements[0].content"),
        ({"supplements": (_supplement(asked_by=""),)}, "supplements[0].asked_by"),
        (
            {"supplements": (_supplement(due_before=None),), "status": "5", "due_at": START},
            "supplements[0].due_before",
        ),
        ({"supplements": (_supplement(done=True),)}, "supplements[0].received_at"),
        (
            {"supplements": (_supplement(received_at=START - timedelta(days=1)),)},
            "supplements[0].received_at",
        ),
        ({"supplements": (_supplement(), _supplement())}, "supplements"),
        ({"supplements": (_supplement(supplement_id=" "),)}, "supplements[0].supplement_id"),
        (
            {"supplements": (_supplement(asked_at=START.replace(tzinfo=None)),)},
            "supplements[0].asked_at",
        ),
        ({"fees": (_fee(name=""),)}, "fees[0].name"),
        ({"fees": (_fee(code=""),)}, "fees[0].code"),
        ({"fees": (_fee(), _fee())}, "fees[1].code"),
        ({"online_payment": "1"}, "online_payment"),
        ({"other_papers": (OtherPaper(name=" "),)}, "other_papers[0].name"),
        ({"other_papers": (OtherPaper(name="Ảnh", count=0),)}, "other_papers[0].count"),
    ],
)
def test_bad_dossier(dossier: Any, fields: dict[str, Any], field: str) -> None:
    """Each mistake is found, named by its field, and told in Vietnamese and English."""
    (problem,) = problems(dossier(**fields), None)
    assert problem.field == field
    assert problem.sentence_vi.endswith(".")
    assert problem.sentence_en


@pytest.mark.parametrize("number", ["033190004321", "012345670", "B1234567", "C01234567"])
def test_numbers_of_persons(dossier: Any, number: str) -> None:
    """Personal numbers, old cards and passports are all numbers of a citizen."""
    assert problems(dossier(owner_number=number), None) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"procedure": "1.004194"}, "procedure"),
        ({"field_code": ""}, "field_code"),
        ({"field_name": "Khác"}, "field_name"),
        ({"procedure": "1.004222", "field_code": "G01-CA05"}, "field_code"),
        ({"papers": (_paper(component="000.00.00.G01-KQ000002"),)}, "papers[0].component"),
        ({"results": (_result(result="KQ.G01.000002"),)}, "results[0].result"),
    ],
)
def test_against_the_catalogue(dossier: Any, fields: dict[str, Any], field: str) -> None:
    """Codes of another procedure are found when the catalogue is at hand, and only then."""
    assert [problem.field for problem in problems(dossier(**fields), PROCEDURE)] == [field]
    assert problems(dossier(**fields), None) == []


def test_procedure_without_a_field(dossier: Any) -> None:
    """Some procedures have no field code in the catalogue: then an empty one is right; a field always has a name."""
    bare = PROCEDURE.model_copy(update={"field_code": ""})
    assert problems(dossier(field_code=""), bare) == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("dossier", {"channel": "4"}),
        ("dossier", {"owner_kind": "0"}),
        ("dossier", {"return_form": "2"}),
        ("dossier", {"submitted_through": "3"}),
        ("dossier", {"online_payment": "3"}),
        ("dossier", {"abstract": "x" * 1001}),
        ("dossier", {"papers": [{"paper_id": "1", "name": "x" * 4001, "component": "1"}]}),
        ("dossier", {"papers": [{"paper_id": "1", "name": "x", "component": "1", "reused": 3}]}),
        ("dossier", {"results": [{"paper_id": "1", "name": "x" * 2001, "result": "1"}]}),
        ("dossier", {"fees": [{"name": "x", "code": "1", "amount": -1}]}),
        ("dossier", {"submitted_at": None}),
        ("dossier", {"received_at": None}),
        ("step", {"officer": "x" * 51}),
        ("step", {"at": None}),
    ],
)
def test_no_such_message(messages: Any, kind: str, fields: dict[str, Any]) -> None:
    """What breaks a code table, a length or a mandatory moment cannot even be made."""
    good = getattr(messages, kind)().model_dump()
    model = HubDossier if kind == "dossier" else HubProgress
    model.model_validate(good)
    with pytest.raises(ValidationError):
        model.model_validate(good | fields)


def test_paper_taken_back(dossier: Any) -> None:
    """A deleted paper may be of a component that the catalogue has dropped."""
    gone = _paper(component="000.00.00.G01-KQ000009", deleted=True)
    assert problems(dossier(papers=(gone,)), PROCEDURE) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"dossier": ""}, "dossier"),
        ({"officer": " "}, "officer"),
        ({"status": ""}, "status"),
        ({"at": START.replace(tzinfo=None)}, "at"),
        ({"started_at": START + timedelta(hours=1)}, "at"),
    ],
)
def test_bad_step(step: Any, fields: dict[str, Any], field: str) -> None:
    """Each mistake of a step is found and named."""
    (problem,) = problems(step(**fields), None)
    assert problem.field == field


def test_nothing_personal_in_problems(dossier: Any) -> None:
    """The sentences never repeat the number they complain about."""
    (problem,) = problems(dossier(owner_number="03319000432"), None)
    assert "0331" not in problem.sentence_vi + problem.sentence_en
