"""Explanations of identifiers, and the identifiers of land that came with them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import (
    KINDS,
    AgencyCode,
    CertificateQr,
    EnterpriseCode,
    InsuranceCard,
    InvalidIdentifier,
    ParcelCode,
    explain,
)

QR = (
    "01-02-2025-08-30-00|H31.16.11|VBDLIS|H31.16.11-250102-0001|AA 12345678|ABCDEF123456"
    "|01-02-2025-08-31-00|123456"
)

EXAMPLES = {
    "personal": "034088001234",
    "old-card": "012345678",
    "enterprise": "0100109106-001",
    "insurance-number": "0123456789",
    "insurance-card": "DN 4 33 0123456789",
    "agency": "000.00.14.H31",
    "dossier": "H31.14-261123-0001",
    "procedure": "1.004222.000.00.00.H31",
    "component": "000.00.00.G09-KQ002269",
    "result": "KQ.G15.000031",
    "certificate-serial": "DK 12345678",
    "certificate-barcode": "1233124000123",
    "certificate-qr": QR,
    "parcel": "12331.12.345",
}


def test_kinds_are_those_of_the_command() -> None:
    """Every kind has a name, and every name an example here."""
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize(("kind", "value"), EXAMPLES.items())
def test_every_kind_is_explained_part_by_part(kind: str, value: str) -> None:
    """A right value has parts that, put together, hold every character that means something, in two languages."""
    found = explain(kind, value, reveal=True)
    assert found.valid
    assert found.value
    letters = [c for part in found.parts for c in part.text if c.isalnum()]
    assert letters == [c for c in found.value if c.isalnum()]
    for part in found.parts:
        assert part.label_vi
        assert part.label_en
        assert part.source
        assert bool(part.meaning_vi) == bool(part.meaning_en)


@pytest.mark.parametrize(
    "kind",
    [
        "personal",
        "old-card",
        "insurance-number",
        "insurance-card",
        "certificate-serial",
        "certificate-barcode",
        "certificate-qr",
        "parcel",
    ],
)
def test_what_belongs_to_a_person_is_masked_unless_asked_for(kind: str) -> None:
    """Neither the value nor the parts of the explanation give the identifier away."""
    full = explain(kind, EXAMPLES[kind], reveal=True)
    masked = explain(kind, EXAMPLES[kind])
    assert masked.value is not None
    assert full.value is not None
    assert "*" in masked.value
    assert masked.value != full.value
    joined = "".join(part.text for part in masked.parts)
    assert "*" in joined
    assert full.value not in joined


def test_a_wrong_value_is_explained_without_repeating_it() -> None:
    """Invalid is an answer: the reason in two languages, no value, no part."""
    found = explain("personal", "03408800123")
    assert not found.valid
    assert found.value is None
    assert found.parts == ()
    (remark,) = found.warnings
    assert remark.code == "invalid"
    assert "số 0 ở đầu" in remark.sentence_vi
    assert "03408800123" not in remark.sentence_vi + remark.sentence_en


def test_an_unknown_kind_is_a_typed_error() -> None:
    """The error lists the kinds."""
    with pytest.raises(InvalidIdentifier, match="certificate-qr") as caught:
        explain("passport", "B1234567")
    assert caught.value.field == "kind"


def test_a_personal_number_names_the_province_of_its_time_and_of_today() -> None:
    """034 was Thái Bình, which lies in Hưng Yên today; a country code is no province."""
    first = explain("personal", "034088001234").parts[0]
    assert first.meaning_vi == "Thái Bình (nay thuộc tỉnh Hưng Yên)"
    assert "today part of tỉnh Hưng Yên" in first.meaning_en
    foreign = explain("personal", "100188001234")
    assert "quốc gia" in foreign.parts[0].meaning_vi
    assert [remark.code for remark in foreign.warnings] == ["unknown_prefix"]


def test_a_card_names_object_benefit_and_province() -> None:
    """The old card says who issued it and what it pays; unknown codes are cautioned about, not refused."""
    card = InsuranceCard.parse(EXAMPLES["insurance-card"])
    assert card.province_name == "Hưng Yên"
    texts = [part.meaning_vi for part in card.parts()]
    assert texts[1] == "80 %"
    unknown = explain("insurance-card", "ZZ4970123456789")
    assert unknown.valid
    assert unknown.warnings[0].code == "unknown_object_code"
    assert "chưa xác minh" in unknown.parts[2].meaning_vi
    assert "danh mục" in InsuranceCard("DN4990123456789").parts()[2].meaning_vi
    assert InsuranceCard("0123456789").province_name is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("000.00.00.H31", "H31"),
        ("000.00.14.H31", "H31.14"),
        ("000.02.14.H31", "H31.14.02"),
        ("001.02.14.H31", "H31.14.02.001"),
    ],
)
def test_agency_codes_turn_from_old_to_new_and_back(old: str, new: str) -> None:
    """Groups change their order; zeros at the lower end fall away."""
    assert AgencyCode(old).new_form == AgencyCode(new)
    assert AgencyCode(new).old_form == AgencyCode(old)
    assert AgencyCode(new).new_form is None
    assert AgencyCode(old).old_form is None


@pytest.mark.parametrize(
    "code", ["H31.14.ABC", "H31.1", "H31.14.02.001.05", "ABC.14", "0100109106"]
)
def test_agency_codes_that_do_not_fit_the_old_form_have_none(code: str) -> None:
    """Longer or lettered groups, more levels, or no level 1: no old form is made up."""
    assert AgencyCode(code).old_form is None


def test_a_registration_number_as_agency_is_one_part() -> None:
    """Enterprises use their own number as electronic identifier."""
    (part,) = AgencyCode("0100109106").parts()
    assert "mã số đăng ký" in part.meaning_vi


def test_an_old_tax_number_of_a_person_hides_its_serial() -> None:
    """The 10 digits of a household owner belong to a person."""
    serial = EnterpriseCode.parse("0100109107", individual=True).parts()[1]
    assert serial.private
    assert not EnterpriseCode.parse("0100109106").parts()[1].private


def test_the_qr_of_a_certificate_is_read() -> None:
    """Eight parts become moments, agency, dossier and serial."""
    qr = CertificateQr.parse("  " + QR.replace("|", " | ") + "\n")
    assert qr.value == QR
    assert f"{qr.created:%Y-%m-%d %H:%M %z}" == "2025-02-01 08:30 +0700"
    assert qr.changed is not None
    assert (str(qr.agency), str(qr.dossier), str(qr.serial)) == (
        "H31.16.11",
        "H31.16.11-250102-0001",
        "AA12345678",
    )
    assert (qr.software, qr.certificate_code, qr.security_code) == (
        "VBDLIS",
        "ABCDEF123456",
        "123456",
    )
    assert qr.warnings == ()
    assert "AA 12345678" not in repr(qr)


@pytest.mark.parametrize("place", [1, 3, 4, 6, 7])
def test_a_qr_with_an_odd_part_is_cautioned_about(place: int) -> None:
    """Agency, dossier, serial, moment of change and security code only warn."""
    parts = QR.split("|")
    parts[place] = "???"
    qr = CertificateQr.parse("|".join(parts))
    assert [caution.value for caution in qr.warnings] == ["unreadable_part"]
    assert len(qr.parts()) == 8


def test_a_qr_never_changed_has_no_second_moment() -> None:
    """An empty moment of change is usual."""
    parts = QR.split("|")
    parts[6] = ""
    qr = CertificateQr.parse("|".join(parts))
    assert qr.changed is None
    assert qr.warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "|||||||",
        QR + "|x",
        QR.rsplit("|", 1)[0],
        QR.replace("01-02-2025-08-30-00", "31-02-2025-08-30-00"),
        QR.replace("01-02-2025-08-30-00", "2025-02-01"),
        QR + "9" * 2000,
    ],
)
def test_what_is_no_certificate_qr_is_refused(text: str) -> None:
    """Another number of parts or an impossible moment of creation is a typed error."""
    with pytest.raises(InvalidIdentifier):
        CertificateQr.parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12331.12.345", "12331.12.345"),
        (" 12331 . 012 . 0345 ", "12331.12.345"),
        ("xã 12331, tờ bản đồ số 12, thửa đất số 345", "12331.12.345"),
        ("Tờ", None),
        ("12331 tờ 12 thửa 345", "12331.12.345"),
        ("12331.12A.45/1", "12331.12A.45/1"),
        ("1233.12.345", None),
        ("12331.12", None),
        ("12331..345", None),
    ],
)
def test_parcels_are_read_from_code_and_words(text: str, value: str | None) -> None:
    """Commune, sheet and parcel, without leading zeros in the last two; anything else is refused."""
    if value is None:
        with pytest.raises(InvalidIdentifier):
            ParcelCode.parse(text)
        return
    code = ParcelCode.parse(text)
    assert code.value == value
    assert ParcelCode.parse(code.value) == code
    assert (code.commune_code, code.sheet, code.parcel) == tuple(value.split("."))


def test_old_parcel_numbers_are_cautioned_about() -> None:
    """Letters and fractions of old maps are read with a caution; the commune is named as it was."""
    code = ParcelCode.parse("12331.12A.45/1")
    assert [caution.value for caution in code.warnings] == ["unusual_form"]
    assert "Xã Phú Cường" in code.parts()[0].meaning_vi
    assert "không có trong danh mục" in ParcelCode("99999.1.1").parts()[0].meaning_vi


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([kind for kind in KINDS if kind not in {"certificate-barcode", "parcel"}]),
    st.text(max_size=60)
    | st.text("0123456789.-HKQ|", max_size=40)
    | st.sampled_from(list(EXAMPLES.values())),
)
def test_any_text_of_any_kind_is_explained(kind: str, text: str) -> None:
    """Whatever is typed there is an explanation, and a value that was read is read again as itself."""
    found = explain(kind, text, reveal=True)
    assert found.valid == (found.value is not None)
    if found.value is not None:
        assert explain(kind, found.value, reveal=True) == found
    assert all(remark.sentence_vi and remark.sentence_en for remark in found.warnings)
