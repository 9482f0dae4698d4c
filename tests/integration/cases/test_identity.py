"""Who stands at the desk: every persona that a register or the clerk can be wrong about."""

from __future__ import annotations

import pytest

from lienthong import Applicant, IdentityError, IdentityVerdict
from lienthong.identity import EnterpriseCode, Likeness, PersonalNumber
from lienthong.interface import CitizenRecord, Found, InvalidRequest, NotFound, OrganisationQuery
from lienthong_sandbox import Fault

from .conftest import Desk

NEEDS_RECORD = "1.000894"
YES_IS_ENOUGH = "1.014748"


async def test_a_number_that_contradicts_itself_is_questioned_before_any_call(desk: Desk) -> None:
    """Nothing arrives at the register until the clerk insists; then the register answers."""
    case = await desk.open("wrong-digit-loan")
    doubt = await case.verify()
    assert doubt.verdict is IdentityVerdict.QUESTIONED
    assert {item.likeness for item in doubt.attributes} == {Likeness.DIFFERENT}
    assert case.identity == "questioned"
    assert desk.asked("population") == []
    assert await desk.audited(case.dossier) == []
    insisted = await case.verify(insist=True)
    assert insisted.verdict is IdentityVerdict.MISMATCH
    assert len(desk.asked("population")) == 1


async def test_a_correction_takes_the_place_of_the_statement(desk: Desk) -> None:
    """The clerk types the number again; the corrected citizen is verified and owns the case from then on."""
    case = await desk.open("wrong-digit-loan")
    await case.verify()
    right = desk.sandbox.personas["wrong-digit-loan"].citizen
    assert right is not None
    verified = await case.verify_citizen(personal_id=right.personal_id)
    assert verified.verdict is IdentityVerdict.VERIFIED
    again = await desk.one_stop.case(case.dossier)
    assert again.applicant.number == PersonalNumber(right.personal_id)
    assert again.identity == "verified"


async def test_a_malformed_field_is_named_and_nothing_is_asked(desk: Desk) -> None:
    """A clerk's slip is an error that names the field; the case stays as it was."""
    case = await desk.open()
    for wrong, field in (
        ({"personal_id": "12345"}, "personal_id"),
        ({"birth_date": "31/02/1985"}, "birth_date"),
    ):
        with pytest.raises(IdentityError) as caught:
            await case.verify_citizen(**wrong)  # type: ignore[arg-type]  # one key at a time
        assert caught.value.field == field
        assert caught.value.advice_vi
    with pytest.raises(InvalidRequest):
        await case.verify_citizen(sex="đực")
    assert desk.asked("population") == []
    assert (await desk.one_stop.case(case.dossier)).applicant == case.applicant


@pytest.mark.parametrize("key", ["wrong-hang", "wrong-thang", "wrong-birth-kien", "unknown-vang"])
async def test_what_does_not_belong_together_mismatches(desk: Desk, key: str) -> None:
    """A wrong letter, a wrong day and nobody at all look alike to the desk; nothing is reused afterwards."""
    case = await desk.open(key, NEEDS_RECORD)
    found = await case.verify()
    assert found.verdict is IdentityVerdict.MISMATCH
    assert found.record is None
    plan = await case.plan_documents()
    assert {item.rule for item in plan.waived} == {"not-collected"}
    assert plan.provisional == ()
    assert "identity-mismatch" in {item.rule for item in plan.asked}
    # No record was paid for after the no.
    assert {entry.service for entry in desk.asked("population")} == {"XacThucThongTinCongDan"}


@pytest.mark.parametrize(
    "key",
    [
        "dd-thuy-hoa",
        "dd-dang-dao",
        "dd-doan-quy",
        "nfd-truong-viet",
        "nfd-dinh-yen",
        "spaces",
        "one-word",
        "five-words",
        "cu-nguyen-nam",
        "cu-vu-sau",
        "hundred-years",
        "foreign-born",
        "relatives-1",
    ],
)
async def test_the_awkward_ones_are_verified_by_their_record(desk: Desk, key: str) -> None:
    """Old tone placement, decomposed Unicode, a birth year only …: the record is compared the Vietnamese way."""
    case = await desk.open(key, NEEDS_RECORD)
    found = await case.verify()
    assert found.verdict is IdentityVerdict.VERIFIED
    assert isinstance(found.record, CitizenRecord)
    assert Likeness.DIFFERENT not in {item.likeness for item in found.attributes}


async def test_twins_are_told_apart(desk: Desk) -> None:
    """The register matches folded names; the twin's name under the other twin's number is not verified."""
    one, two = (desk.sandbox.personas[key].citizen for key in ("twin-song-anh", "twin-song-anh-2"))
    assert one is not None
    assert two is not None
    stranger = Applicant.citizen(
        personal_id=one.personal_id, full_name=two.name, birth_date=one.birth
    )
    case = await desk.open(procedure=NEEDS_RECORD, applicant=stranger)
    assert (await case.verify()).verdict is not IdentityVerdict.VERIFIED
    assert {item.rule for item in (await case.plan_documents()).waived} == {"not-collected"}


async def test_a_yes_alone_is_asked_where_no_paper_needs_the_record(desk: Desk) -> None:
    """Ask yes/no before the record, and the record only where the procedure needs it."""
    case = await desk.open("nguyen-an", YES_IS_ENOUGH)
    found = await case.verify()
    assert found.verdict is IdentityVerdict.VERIFIED
    assert found.record is None
    assert {entry.service for entry in desk.asked("population")} == {"XacThucThongTinCongDan"}


async def test_an_old_card_is_completed_by_the_register(desk: Desk) -> None:
    """Verified by the 9-digit card, the citizen owns evidence under the 12-digit number; opening again finds the case."""
    case = await desk.open("cmnd-le-tam", NEEDS_RECORD, dossier="H31.14-261124-9001")
    assert (await case.verify()).verdict is IdentityVerdict.VERIFIED
    assert case.applicant.number == PersonalNumber("033162001818")
    again = await desk.open("cmnd-le-tam", NEEDS_RECORD, dossier="H31.14-261124-9001")
    assert again.id == case.id


async def test_who_has_no_new_number_stays_with_the_card(desk: Desk) -> None:
    """A register without a 12-digit number says nothing against the card."""
    case = await desk.open("cmnd-tran-bay", NEEDS_RECORD)
    before = case.applicant
    assert (await case.verify()).verdict is IdentityVerdict.VERIFIED
    assert case.applicant == before


@pytest.mark.parametrize(
    ("code", "name", "verdict"),
    [
        ("0990001015", "Công ty TNHH Mẫu Hoạt Động", IdentityVerdict.VERIFIED),
        (
            "0990001015-001",
            "Chi nhánh Phố Hiến - Công ty TNHH Mẫu Hoạt Động",
            IdentityVerdict.VERIFIED,
        ),
        ("0990004048", "Công ty TNHH Đã Giải Thể Mẫu", IdentityVerdict.MISMATCH),
        ("0990005059", "Công ty TNHH Tạm Ngừng Thử", IdentityVerdict.MISMATCH),
        ("0990001015", "Công ty TNHH Hoàn Toàn Khác", IdentityVerdict.MISMATCH),
    ],
)
async def test_organisations(desk: Desk, code: str, name: str, verdict: IdentityVerdict) -> None:
    """In operation, a branch, struck off, suspended, and another company's code."""
    company = Applicant.organisation(code=code, name=name)
    case = await desk.open(procedure="2.000591", applicant=company)
    found = await case.verify()
    assert found.verdict is verdict
    assert case.identity == verdict.value
    plan = await case.plan_documents()
    assert bool(plan.waived) is (verdict is IdentityVerdict.VERIFIED)


async def test_the_representative_is_verified_without_becoming_the_applicant(desk: Desk) -> None:
    """The person who acts for a company is checked; company and identity of the case stay what they were."""
    company = Applicant.organisation(code="0990001015", name="Công ty TNHH Mẫu Hoạt Động")
    case = await desk.open(procedure="2.000591", applicant=company)
    with pytest.raises(InvalidRequest, match="full_name"):
        await case.verify_citizen(personal_id="033075003434")
    person = await case.verify_citizen(
        personal_id="033075003434", full_name="Trịnh Văn Giám Đốc", birth_date="19/05/1975"
    )
    assert person.verdict is IdentityVerdict.VERIFIED
    assert (case.applicant, case.identity) == (company, "none")


async def test_an_organisation_is_asked_for_only_where_one_is_named(desk: Desk) -> None:
    """A citizen's case without an enterprise code cannot verify one; with a code it can, and the citizen stays."""
    with pytest.raises(InvalidRequest, match="enterprise_code"):
        await (await desk.open()).verify_organisation()
    owner = desk.applicant("director-active", enterprise_code="0990001015")
    case = await desk.open(procedure="1.001612", applicant=owner)
    await case.verify_organisation()
    assert case.identity == "none"


async def test_refused_credentials_and_no_licence_differ(desk: Desk) -> None:
    """A register that refuses our account makes the identity provisional, not wrong."""
    await desk.sandbox.faults.put("population", Fault(status=401))
    case = await desk.open()
    assert (await case.verify()).verdict is IdentityVerdict.PROVISIONAL
    assert case.identity == "provisional"


async def test_a_free_look_up_needs_a_reason_and_an_open_case(desk: Desk) -> None:
    """Every look-up hangs on an open case and says why; a case that ended elsewhere counts as ended."""
    case = await desk.open()
    query = OrganisationQuery(EnterpriseCode.parse("0990001015"))
    with pytest.raises(InvalidRequest, match="reason"):
        await case.lookup("business", query, reason="  ")
    found = await case.lookup("business", query, reason="Đối chiếu tên doanh nghiệp")
    assert isinstance(found, Found)
    nobody = OrganisationQuery(EnterpriseCode.parse("0100109106"))
    assert isinstance(await case.lookup("business", nobody, reason="Đối chiếu"), NotFound)
