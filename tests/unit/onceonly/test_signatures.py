"""Signatures of scans: valid, unsigned, untrusted or invalid, and never more than they are."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.interface import ConfigurationError
from lienthong.onceonly._content_kinds import content_kind
from lienthong.onceonly._signatures import REASONS_VI, Signature, SignatureChecker

from .signing import NOW, Authority, plain_pdf


@pytest.fixture(scope="module")
def authority() -> Authority:
    """The root that the installation trusts."""
    return Authority.create()


@pytest.fixture(scope="module")
def signed(authority: Authority) -> bytes:
    """A scan signed by a scanner."""
    return authority.sign()


def _check(pdf: bytes, *roots: Authority, later: timedelta = timedelta()) -> Signature:
    checker = SignatureChecker([root.der for root in roots])
    return checker.check(io.BytesIO(pdf), NOW + timedelta(minutes=1) + later)


def test_a_good_signature_holds(authority: Authority, signed: bytes) -> None:
    """Unchanged, and the root vouches for the scanner."""
    assert _check(signed, authority) == Signature("valid")  # type: ignore[arg-type]  # a word equals its member


def test_it_still_holds_when_the_certificate_has_expired_since(
    authority: Authority, signed: bytes
) -> None:
    """What was signed in time stays signed."""
    assert _check(signed, authority, later=timedelta(days=1000)).verdict == "valid"


def test_two_signatures_hold_together(authority: Authority, signed: bytes) -> None:
    """A second signature is no change of what the first one covers."""
    twice = authority.sign(signed, field="Signature2")
    assert _check(twice, authority).verdict == "valid"


def test_the_worst_of_two_counts(authority: Authority, signed: bytes) -> None:
    """One signer of ours and one stranger: untrusted."""
    twice = Authority.create("CA lạ").sign(signed, field="Signature2")
    found = _check(twice, authority)
    assert (found.verdict, found.reasons) == ("untrusted", ("untrusted",))


def test_without_signature(authority: Authority) -> None:
    """An unsigned scan is unsigned, not invalid."""
    assert _check(plain_pdf(), authority).verdict == "unsigned"


def test_a_stranger_is_untrusted(authority: Authority) -> None:
    """Unchanged, but nobody vouches for the signer."""
    found = _check(Authority.create("CA lạ").sign(), authority)
    assert (found.verdict, found.reasons) == ("untrusted", ("untrusted",))


def test_without_roots_it_is_unchecked(signed: bytes) -> None:
    """Without roots only that it is unchanged can be said."""
    found = _check(signed)
    assert (found.verdict, found.reasons) == ("unchecked", ("no_roots",))


def test_an_expired_certificate_signs_nothing(authority: Authority) -> None:
    """The certificate had ended before it was used."""
    late = authority.scanner(until=NOW - timedelta(days=1))
    found = _check(authority.sign(by=late), authority)
    assert (found.verdict, found.reasons) == ("invalid", ("expired",))


def test_a_revoked_certificate_signs_nothing(authority: Authority) -> None:
    """The certificate stands on the revocation list that the operator keeps."""
    scanner = authority.scanner()
    checker = SignatureChecker([authority.der], [authority.revocation_list(scanner[1])])
    found = checker.check(io.BytesIO(authority.sign(by=scanner)), NOW + timedelta(minutes=1))
    assert (found.verdict, found.reasons) == ("invalid", ("revoked",))


def test_a_certificate_for_something_else_is_no_scanners(authority: Authority) -> None:
    """A certificate for encrypting does not sign."""
    other = authority.scanner(key_agreement=True)
    assert _check(authority.sign(by=other), authority).verdict in {"untrusted", "invalid"}


def test_a_signature_of_tomorrow_is_refused(authority: Authority, signed: bytes) -> None:
    """The stated time lies ahead of our clock."""
    found = _check(signed, authority, later=timedelta(days=-2))
    assert (found.verdict, found.reasons) == ("invalid", ("future",))
    changed = signed.replace(b"Helvetica", b"Helvetika", 1)
    found = _check(changed, authority, later=timedelta(days=-2))
    assert (found.verdict, found.reasons) == ("invalid", ("changed",)), (
        "a wrong clock hides nothing"
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_changed_byte_never_holds(
    authority: Authority, signed: bytes, data: st.DataObject
) -> None:
    """Whatever byte of what is signed is changed, the verdict is not valid."""
    end = signed.index(b"/Contents <")
    place = data.draw(st.integers(0, end - 1))
    changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
    assert _check(changed, authority).verdict != "valid"


def test_appended_content_never_holds(authority: Authority, signed: bytes) -> None:
    """A page put behind the signed part is a change."""
    more = signed + b"\n9 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 9 0 R>>\n%%EOF\n"
    assert _check(more, authority).verdict != "valid"


def test_the_look_finds_that_there_is_a_signature(signed: bytes) -> None:
    """Only a PDF with a signature in it costs the slow import."""
    assert content_kind(io.BytesIO(signed), len(signed)).signed
    assert not content_kind(io.BytesIO(plain_pdf()), len(plain_pdf())).signed


def test_roots_come_from_files(authority: Authority, signed: bytes, tmp_path: Path) -> None:
    """PEM with several certificates and DER alike; a missing file is named."""
    (tmp_path / "roots.pem").write_bytes(Authority.create("khác").pem + authority.pem)
    (tmp_path / "root.der").write_bytes(authority.der)
    for name in ("roots.pem", "root.der"):
        checker = SignatureChecker.from_files([tmp_path / name])
        assert checker.check(io.BytesIO(signed), NOW + timedelta(minutes=1)).verdict == "valid"
    with pytest.raises(ConfigurationError, match=r"gone\.pem"):
        SignatureChecker.from_files([tmp_path / "gone.pem"])


@pytest.mark.parametrize("noise", [b"", b"%PDF-1.4\n/ByteRange\n%%EOF", b"\0" * 100])
def test_a_broken_file_is_no_signature(authority: Authority, noise: bytes) -> None:
    """Nothing makes the checker fail in another way than by its verdict."""
    assert _check(noise, authority).verdict in {"invalid", "unsigned"}


def test_every_reason_has_a_sentence() -> None:
    """What is stored can be said to people."""
    assert all(text.endswith(".") for text in REASONS_VI.values())
