"""Enterprise, insurance, government and land codes."""

from __future__ import annotations

from datetime import date

import pytest

from lienthong.identity import (
    AgencyCode,
    Caution,
    CertificateBarcode,
    CertificateSerial,
    ComponentCode,
    DossierCode,
    EnterpriseCode,
    Identifier,
    InsuranceCard,
    InsuranceNumber,
    InvalidIdentifier,
    PersonalNumber,
    ProcedureCode,
    ResultCode,
)


def checked(nine: str) -> str:
    """Add the check digit by the published weights."""
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    return nine + str(10 - sum(int(d) * w for d, w in zip(nine, weights, strict=True)) % 11)


ENTERPRISE = checked("090123456")


def test_enterprise_code_has_a_check_digit() -> None:
    """The right check digit passes, every other is refused by name."""
    assert EnterpriseCode.parse(ENTERPRISE).kind == "enterprise"
    wrong = ENTERPRISE[:9] + str((int(ENTERPRISE[9]) + 1) % 10)
    with pytest.raises(InvalidIdentifier, match="check digit") as caught:
        EnterpriseCode.parse(wrong)
    assert wrong not in str(caught.value)


def test_remainder_zero_has_no_valid_check_digit() -> None:
    """Nine digits whose sum is divisible by 11 are refused with every last digit."""
    for last in "0123456789":
        with pytest.raises(InvalidIdentifier):
            EnterpriseCode.parse("000000000" + last)


@pytest.mark.parametrize("form", ["{0}-001", "{0}001", " {0} - 001 ", "{0}–001"])
def test_branch_is_read_with_or_without_dash(form: str) -> None:
    """A branch knows its parent and prints with a dash."""
    branch = EnterpriseCode.parse(form.format(ENTERPRISE))
    assert (branch.kind, branch.branch) == ("branch", "001")
    assert branch.parent == EnterpriseCode(ENTERPRISE)
    assert (branch.value, branch.dashed) == (ENTERPRISE + "001", ENTERPRISE + "-001")


@pytest.mark.parametrize(
    "text", ["{0}-000", "{0}-1", "{0}-0001", "0901-23456", "{0}A", "{0}1", "12345"]
)
def test_other_shapes_of_enterprise_code_are_refused(text: str) -> None:
    """Branch 000, misplaced dashes and other lengths are typed errors."""
    with pytest.raises(InvalidIdentifier):
        EnterpriseCode.parse(text.format(ENTERPRISE))


def test_household_owner_is_known_by_the_personal_number() -> None:
    """12 digits are a person's: no check digit, masked, and readable as a personal number."""
    code = EnterpriseCode.parse("033088001234")
    assert (code.kind, code.parent, code.branch) == ("personal", None, None)
    assert code.personal_number == PersonalNumber("033088001234")
    assert repr(code) == "EnterpriseCode(033*******34)"
    assert repr(EnterpriseCode(ENTERPRISE)) == f"EnterpriseCode({ENTERPRISE})"


def test_old_number_of_an_individual_is_only_cautioned() -> None:
    """Where the caller says that the number is a person's, a wrong check digit is no refusal."""
    wrong = ENTERPRISE[:9] + str((int(ENTERPRISE[9]) + 1) % 10)
    code = EnterpriseCode.parse(wrong, individual=True)
    assert (code.kind, code.warnings) == ("personal", (Caution.CHECK_DIGIT,))
    assert wrong not in repr(code)
    assert EnterpriseCode.parse(ENTERPRISE, individual=True).warnings == ()


def test_a_branch_that_lost_its_zero_is_suspected() -> None:
    """Twelve digits are a personal number, but not where a branch fits and no province does."""
    assert Caution.LOST_ZERO in EnterpriseCode.parse("100109106001").warnings
    assert Caution.LOST_ZERO not in EnterpriseCode.parse("033088001234").warnings


@pytest.mark.parametrize(
    ("kind", "text"),
    [(ComponentCode, "000.00.00.G09-KQ002269"), (ResultCode, "KQ.G15.000031")],
)
@pytest.mark.parametrize("suffix", [".H31", ".000.00.00.H31"])
def test_a_local_copy_of_a_paper_or_result_is_cautioned_about(
    kind: type[ComponentCode | ResultCode], text: str, suffix: str
) -> None:
    """As of procedures, the agency may follow; no source shows it, so it is a caution, and the national code is told."""
    code = kind.parse(text + suffix)
    assert code.warnings == (Caution.UNVERIFIED_FORM,)
    assert code.national.value == text
    assert code.local is not None
    assert code.local.value == suffix[1:]
    assert code.agency == kind.parse(text).agency
    assert kind.parse(text).local is None
    with pytest.raises(InvalidIdentifier):
        kind.parse(f"{text}.01")


def test_an_enterprise_code_of_nine_digits_has_lost_its_zero() -> None:
    """Most codes begin with 0, and spreadsheets drop it."""
    with pytest.raises(InvalidIdentifier, match="leading 0"):
        EnterpriseCode.parse("100109106")


def test_insurance_number_keeps_its_leading_zero() -> None:
    """Ten digits stay text; nine digits hint at a lost zero; letters are refused."""
    assert InsuranceNumber.parse("01 2345 6789").value == "0123456789"
    with pytest.raises(InvalidIdentifier, match="leading 0"):
        InsuranceNumber.parse("123456789")
    with pytest.raises(InvalidIdentifier):
        InsuranceNumber.parse("01234S6789")


def test_old_insurance_card_is_read_in_its_boxes() -> None:
    """The 15 characters give object, level, province and insurance number."""
    card = InsuranceCard.parse("dn 4 33 0123456789")
    assert (card.object_code, card.benefit_level, card.province_code) == ("DN", 4, "33")
    assert card.insurance_number == InsuranceNumber("0123456789")
    assert card.warnings == ()
    assert card.value not in repr(card)


def test_new_insurance_card_is_the_number_alone() -> None:
    """Ten digits have no object, level or province."""
    card = InsuranceCard.parse("0123456789")
    assert (card.is_old, card.object_code, card.benefit_level, card.province_code) == (
        False,
        None,
        None,
        None,
    )
    assert card.insurance_number.value == "0123456789"


def test_unknown_object_code_is_cautioned_and_bad_level_refused() -> None:
    """Later decrees may add object codes, so they warn; the level has a fixed range."""
    assert InsuranceCard.parse("ZZ4000123456789").warnings == (
        Caution.UNKNOWN_OBJECT_CODE,
        Caution.UNKNOWN_PROVINCE,
    )
    with pytest.raises(InvalidIdentifier):
        InsuranceCard.parse("DN6330123456789")


@pytest.mark.parametrize(
    ("text", "style", "levels", "level_one"),
    [
        ("H31.14", "new", ("H31", "14"), "H31"),
        ("h31", "new", ("H31",), "H31"),
        ("G09.20", "new", ("G09", "20"), "G09"),
        ("000.00.00.H31", "old", ("H31",), "H31"),
        ("000.00.01.H29", "old", ("H29", "01"), "H29"),
        ("001.02.03.H31", "old", ("H31", "03", "02", "001"), "H31"),
        (ENTERPRISE, "registration", (ENTERPRISE,), None),
    ],
)
def test_agency_codes_of_both_styles_are_read(
    text: str, style: str, levels: tuple[str, ...], level_one: str | None
) -> None:
    """Old and new codes give the same order of levels, level 1 first."""
    code = AgencyCode.parse(text)
    assert (code.style, code.levels, code.level_one, code.warnings) == (
        style,
        levels,
        level_one,
        (),
    )


def test_agency_code_limits() -> None:
    """35 characters pass, 36 do not, nor do empty groups, dashes or letters outside A-Z."""
    assert AgencyCode.parse("H31." + "1" * 31).value
    for text in ("H31." + "1" * 32, "", ".", "H31.", "H31..14", "H31-14", "Đ31", "H31\n.14\nÂ"):
        with pytest.raises(InvalidIdentifier):
            AgencyCode.parse(text)
    assert AgencyCode.parse("UBND.14").warnings == (Caution.UNUSUAL_FORM,)


@pytest.mark.parametrize(
    ("text", "agency", "day", "ordinal"),
    [
        ("H31.14-261123-0001", "H31.14", date(2026, 11, 23), "0001"),
        ("G09.20-20260609-0092637", "G09.20", date(2026, 6, 9), "0092637"),
        ("000.00.14.H31-240229-12345", "000.00.14.H31", date(2024, 2, 29), "12345"),
        (" h31.14–261123–0001 ", "H31.14", date(2026, 11, 23), "0001"),
    ],
)
def test_dossier_codes_of_all_styles_are_read(
    text: str, agency: str, day: date, ordinal: str
) -> None:
    """Both agency styles, both date lengths and 4 to 7 digits for the number are in use."""
    code = DossierCode.parse(text)
    assert (code.agency, code.date, code.ordinal) == (AgencyCode(agency), day, ordinal)
    assert code.warnings == ()


@pytest.mark.parametrize(
    "text",
    ["H31.14-261323-0001", "H31.14-250229-0001", "H31.14-261123-001", "H31.14-261123-00000001", "H31.14-2611230-0001",
     "H31.14-19991231-0001", "H31..14-261123-0001", "261123-0001", "H31.14", ""],
)  # fmt: skip
def test_malformed_dossier_codes_are_refused(text: str) -> None:
    """Unreal dates, wrong lengths and broken agency codes are typed errors on dossier_code."""
    with pytest.raises(InvalidIdentifier) as caught:
        DossierCode.parse(text)
    assert caught.value.field == "dossier_code"


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("1.004222", None),
        ("1.001193.000.00.00.H56", "000.00.00.H56"),
        ("2.002621.H56", "H56"),
        ("2.002621.h56.14", "H56.14"),
    ],
)
def test_procedure_codes_with_and_without_agency_are_read(text: str, agency: str | None) -> None:
    """A local copy knows its agency, and its national form is the short one."""
    code = ProcedureCode.parse(text)
    assert code.agency == (AgencyCode(agency) if agency else None)
    assert code.national.value == text[:8]
    assert code.national.national == code.national


@pytest.mark.parametrize(
    "text", ["1.004222.01", "1.00422", "10.004222", "1004222", "1.004222.", "1.004222.H", ""]
)
def test_other_codes_are_no_procedure(text: str) -> None:
    """A payment service code (procedure with .01) and malformed codes are refused."""
    with pytest.raises(InvalidIdentifier):
        ProcedureCode.parse(text)


def test_component_code_is_read() -> None:
    """Agency and number of a paper; a form never seen is cautioned, a field code is refused."""
    code = ComponentCode.parse("000.00.00.g09-KQ002269")
    assert (code.value, code.agency.level_one, code.warnings) == (
        "000.00.00.G09-KQ002269",
        "G09",
        (),
    )
    assert ComponentCode.parse("H31-TP00012").warnings == (Caution.UNUSUAL_FORM,)
    for text in ("G03-GD10", "000.00.00.G09", "-KQ002269", "G09-KQ-002269"):
        with pytest.raises(InvalidIdentifier):
            ComponentCode.parse(text)


def test_result_code_is_read() -> None:
    """Ministry and number of a result."""
    code = ResultCode.parse("kq.G15.000031")
    assert (code.agency, code.ordinal, code.warnings) == (AgencyCode("G15"), "000031", ())
    for text in ("KQ.G15.31", "KQ.000031", "G15.000031", "KQ..000031"):
        with pytest.raises(InvalidIdentifier):
            ResultCode.parse(text)


@pytest.mark.parametrize(
    ("text", "value", "spaced", "current"),
    [
        ("dk 12345678", "DK12345678", "DK 12345678", True),
        ("CĐ 012345", "CĐ012345", "CĐ 012345", False),
        ("CÐ012345", "CĐ012345", "CĐ 012345", False),
    ],
)
def test_certificate_serials_are_read(text: str, value: str, spaced: str, current: bool) -> None:
    """Case and spaces do not matter; the printed form comes back with its space."""
    serial = CertificateSerial.parse(text)
    assert (serial.value, serial.spaced, serial.is_current_form) == (value, spaced, current)
    assert serial.letters + serial.number == value
    assert value not in repr(serial)
    assert serial.warnings == ()


def test_odd_certificate_serials() -> None:
    """One letter is cautioned, other lengths and letters are refused."""
    assert CertificateSerial.parse("A 123456").warnings == (Caution.UNVERIFIED_FORM,)
    for text in ("ABC 123456", "AB 1234567", "123456", "AB", "ÂB 123456"):
        with pytest.raises(InvalidIdentifier):
            CertificateSerial.parse(text)


def test_certificate_barcode_gives_its_parts() -> None:
    """13 digits are commune, year and number; 15 have the province in front; other lengths have no parts."""
    code = CertificateBarcode.parse("12345.18.000042")
    assert (code.province_code, code.commune_code, code.signing_year, code.storage_number) == (
        None,
        "12345",
        "18",
        "000042",
    )
    assert CertificateBarcode.parse("331234518000042").province_code == "33"
    odd = CertificateBarcode.parse("12345678901")
    assert (odd.commune_code, odd.signing_year, odd.storage_number) == (None, None, None)
    assert odd.warnings == (Caution.UNVERIFIED_FORM,)
    for text in ("1234567", "1234567890123456", "12345A8000042"):
        with pytest.raises(InvalidIdentifier):
            CertificateBarcode.parse(text)


@pytest.mark.parametrize(
    "kind",
    [AgencyCode, CertificateBarcode, CertificateSerial, ComponentCode, DossierCode, EnterpriseCode, InsuranceCard,
     InsuranceNumber, ProcedureCode, ResultCode],
)  # fmt: skip
@pytest.mark.parametrize(
    "text", ["", "   ", "null;", "<x>", "'; --", "\x00", "9" * 10_000, None, 7]
)
def test_rubbish_is_a_typed_error_everywhere(kind: type[Identifier], text: object) -> None:
    """No kind of identifier lets rubbish through or fails with an untyped error."""
    with pytest.raises(InvalidIdentifier) as caught:
        kind.parse(text)
    assert caught.value.field
    assert caught.value.advice_vi


def test_every_caution_has_sentences() -> None:
    """Each caution speaks both languages."""
    assert all(one.sentence_vi.endswith(".") and one.sentence_en.endswith(".") for one in Caution)
