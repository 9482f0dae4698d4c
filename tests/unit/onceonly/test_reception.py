"""What is refused at the desk, and what happened to owners: each with a sentence that says what to do."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import structlog

from lienthong.guard import BlindIndex, Keyring, Sealer
from lienthong.interface import CertificateRecord, CitizenRecord, Component, OrganisationRecord
from lienthong.onceonly import (
    CatalogueInvalid,
    ContentStore,
    EvidencePolicy,
    EvidenceRefused,
    EvidenceStore,
    PaperFacts,
    SignatureChecker,
    events_between,
    load_event_rules,
)
from lienthong.onceonly._evidence_facts import covers

from .signing import NOW, Authority, plain_pdf

TODAY = date(2026, 11, 24)
CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"
OWNER = "person:033085000101"
PAPER = Component(code="P1", name="Giấy mẫu")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50 + b"IEND\xaeB`\x82"


def _docx(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "content"


def _store(folder: Path, *roots: Authority) -> EvidenceStore:
    keys = Keyring.create(folder.parent / "keys.json")
    sealer = Sealer(keys)
    return EvidenceStore(
        sealer,
        BlindIndex(keys),
        ContentStore(folder, sealer),
        "H31",
        EvidencePolicy(max_mb=1),
        signatures=SignatureChecker([root.der for root in roots]),
    )


def _kept(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (plain_pdf(), "application/pdf"),
        (b"\xff\xd8\xff\xe0" + b"0" * 50 + b"\xff\xd9", "image/jpeg"),
        (PNG, "image/png"),
        (b"II*\0" + b"0" * 50, "image/tiff"),
        ("\ufeff<?xml version='1.0'?><a><b/></a>".encode(), "application/xml"),
        (
            _docx("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
async def test_kinds_of_files_are_known(folder: Path, content: bytes, media_type: str) -> None:
    """Declared or not, each kind is told by what it holds."""
    store = _store(folder)
    assert (await store.receive(content, NOW)).media_type == media_type
    assert (
        await store.receive(content, NOW, media_type=media_type)
    ).signature.verdict == "unsigned"


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (b"just text", ""),
        (b"MZ" + b"\0" * 50, "application/pdf"),
        (PNG, "application/pdf"),
        (plain_pdf(), "image/png"),
        (plain_pdf(), "application/x-msdownload"),
        (plain_pdf()[:-40], "application/pdf"),
        (PNG[:-8], ""),
        (b"<a><b></a>", ""),
        (b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', ""),
        (_docx("other.txt"), ""),
        (b"%PDF-1.4" + b"0" * 1_100_000 + b"startxref %%EOF", ""),
    ],
)
async def test_what_is_no_paper_is_refused(folder: Path, content: bytes, declared: str) -> None:
    """Not what was declared, cut, dangerous or too large: a sentence, and nothing kept."""
    with pytest.raises(EvidenceRefused) as refused:
        await _store(folder).receive(content, NOW, media_type=declared)
    assert "Đề nghị" in refused.value.desk_vi
    assert _kept(folder) == []


async def test_a_signed_paper_changed_by_one_byte_is_refused(folder: Path) -> None:
    """The signature no longer holds; the untouched one is kept as valid."""
    authority = Authority.create()
    store, signed = _store(folder, authority), await asyncio.to_thread(authority.sign)
    changed = signed.replace(b"Helvetica", b"Helvetika", 1)
    with pytest.raises(EvidenceRefused, match="changed after it was signed"):
        await store.receive(changed, NOW)
    assert _kept(folder) == []
    assert (await store.receive(signed, NOW)).signature.verdict == "valid"


@pytest.mark.parametrize(
    ("facts", "component"),
    [
        (PaperFacts(secrecy="Mật"), PAPER),
        (PaperFacts(nature="copy"), PAPER),
        (PaperFacts(nature="certified_copy"), PAPER),
        (PaperFacts(nature="opinion"), PAPER),
        (PaperFacts(nature="nonsense"), PAPER),
        (PaperFacts(owner_number="033085000102"), PAPER),
        (PaperFacts(), Component(code="P2", name="Thẻ", present_only=True)),
    ],
)
def test_what_must_not_be_kept_is_refused(
    folder: Path, facts: PaperFacts, component: Component
) -> None:
    """Secrets, copies, opinions, present-only papers and other people's papers."""
    with pytest.raises(EvidenceRefused) as refused:
        _store(folder).require_keepable(component, facts, OWNER, has_content=True)
    assert refused.value.desk_vi != EvidenceRefused.desk_vi


@pytest.mark.parametrize(
    "facts",
    [
        PaperFacts(),
        PaperFacts(owner_number="0330 8500 0101"),
        PaperFacts(nature="certified_e_copy"),
    ],
)
def test_what_may_be_kept(folder: Path, facts: PaperFacts) -> None:
    """The owner's number in any spelling; electronic certified copies."""
    _store(folder).require_keepable(PAPER, facts, OWNER, has_content=True)


@pytest.mark.parametrize(
    ("scope", "place", "reaches"),
    [
        ("", "H31.14", True),
        ("Toàn quốc", "H31.14", True),
        ("H31", "H31.14", True),
        ("H31.14, H31.15", "H31.15.1", True),
        ("H31.1", "H31.14", False),
        ("H31.14", "H31", False),
        ("Trong tỉnh", "H31.14", False),
    ],
)
def test_scope(scope: str, place: str, reaches: bool) -> None:
    """A scope that no machine can read reaches nowhere."""
    assert covers(scope, place) is reaches


def _citizen(**changed: Any) -> CitizenRecord:
    values: dict[str, Any] = {
        "personal_id": "033085000101",
        "full_name": "Nguyễn Văn Mẫu",
        "marital_status": "1",
        "permanent_address": {"province": "33", "commune": "11983"},
    }
    return CitizenRecord.model_validate({**values, **changed})


@pytest.mark.parametrize(
    ("changed", "events"),
    [
        ({}, []),
        ({"permanent_address": {"province": "33", "commune": "12000"}}, ["moved"]),
        ({"permanent_address": None, "marital_status": ""}, []),
        ({"permanent_address": {"province": "33", "district": "331", "commune": "11983"}}, []),
        ({"marital_status": "2"}, ["marital_status_changed"]),
        ({"full_name": "NGUYỄN  VĂN MẪU"}, []),
        ({"full_name": "Nguyễn Văn Mới"}, ["renamed"]),
        ({"full_name": "Người Khác", "personal_id": "033085000102"}, []),
    ],
)
def test_what_two_records_of_a_citizen_tell(changed: dict[str, Any], events: list[str]) -> None:
    """Only what both records state, and in which they differ, has happened."""
    found = events_between(_citizen(), _citizen(**changed), TODAY)
    assert [event.kind.value for event in found] == events
    assert events_between(None, _citizen(**changed), TODAY) == ()


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        # Phường Lam Sơn (11950) went wholly into Phường Sơn Nam, which bears the code of Xã Bảo Khê (11983).
        ({"commune": "11950"}, {"commune": "11983"}, False),
        ({"commune": "11950", "detail": "Số 1"}, {"commune": "11983", "detail": "số  1"}, False),
        ({"commune": "11950", "detail": "Số 1"}, {"commune": "11983", "detail": "Số 2"}, True),
        # A register that wrote the new code first and then the old one again.
        ({"commune": "11983"}, {"commune": "11950"}, False),
        # Divided: a part of 11989 went into 11992, another into 11995.
        ({"commune": "11989", "detail": "Thôn 1"}, {"commune": "11995", "detail": "Thôn 1"}, False),
        ({"commune": "11989"}, {"commune": "12001"}, True),
        # Two communes of the time before that were joined later are two places still.
        ({"commune": "11956"}, {"commune": "11959"}, True),
        ({"commune": "11950"}, {"commune": "99999"}, True),
        ({"commune": ""}, {"commune": "11983"}, False),
        # Thái Bình (34) is part of Hưng Yên (33) since 1 July 2025; Hà Nội (01) is not.
        ({"province": "34"}, {"province": "33"}, False),
        ({"province": "34"}, {"province": "01"}, True),
    ],
)
def test_a_unit_that_changed_is_no_move(
    before: dict[str, str], after: dict[str, str], moved: bool
) -> None:
    """Communes and provinces were joined, divided and given other codes; people are where they were."""
    found = events_between(
        _citizen(permanent_address=before), _citizen(permanent_address=after), TODAY
    )
    assert [event.kind.value for event in found] == (["moved"] if moved else [])


def test_organisations_and_certificates() -> None:
    """Struck off needs no record before; a certificate is reissued when its parcel has another serial."""
    active = OrganisationRecord(code="0900123456", name="Mẫu", status_name="Đang hoạt động")
    ended = OrganisationRecord(code="0900123456", name="Mẫu", status_name="Đã giải thể")
    assert events_between(None, active, TODAY) == ()
    assert [event.kind for event in events_between(None, ended, TODAY)] == ["organisation_inactive"]
    parcel = {"commune": "11983", "map_sheet": 1, "parcel": 2}
    old = CertificateRecord.model_validate({"serial": "DX 1", "parcels": [parcel]})
    new = CertificateRecord.model_validate({"serial": "DX 2", "parcels": [parcel]})
    other = CertificateRecord.model_validate(
        {"serial": "DX 3", "parcels": [{**parcel, "parcel": 3}]}
    )
    assert [(event.kind, event.number) for event in events_between(old, new, TODAY)] == [
        ("certificate_reissued", "DX 1")
    ]
    assert events_between(old, other, TODAY) == events_between(old, old, TODAY) == ()


@pytest.mark.parametrize(
    "text",
    [
        "rule = 1",
        "[[rule]]\nid = 'x'\nversion = 1\nevent = 'moved'\npaper_types = ['other']\nsentence_vi = 'Một câu dài.'\nsentence_en = 'A long sentence.'",
        "[[rule]]\nid = 'x'\nevent = 'flew'",
        "not toml",
    ],
)
def test_a_wrong_rule_file_is_refused(tmp_path: Path, text: str) -> None:
    """A missing legal basis, an unknown event, or no TOML: the message names the file."""
    (tmp_path / "events.toml").write_text(text, "utf-8")
    with pytest.raises(CatalogueInvalid, match=r"events\.toml"):
        load_event_rules(tmp_path)


def test_a_missing_rule_file_is_no_obstacle(tmp_path: Path) -> None:
    """The shipped rules serve, and the log says so once: without rules papers that were overtaken would be reused."""
    with structlog.testing.capture_logs() as logs:
        rules = load_event_rules(tmp_path)
    assert rules == load_event_rules(CATALOGUE)
    assert [(line["event"], line["missing"]) for line in logs] == [
        ("event_rules_shipped", "events.toml")
    ]
