"""What kind of file a content is, by what it holds and not by what it is called, and whether it is whole."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from lxml import etree

from .errors import EvidenceRefused

_HEAD: Final = 1024
_TAIL: Final = 4096
_BLOCK: Final = 1 << 20
_SIGNED: Final = b"/ByteRange"

PDF: Final = "application/pdf"
_JPEG: Final = "image/jpeg"
_PNG: Final = "image/png"
_TIFF: Final = "image/tiff"
_XML: Final = "application/xml"
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MEDIA_TYPES: Final[dict[str, str]] = {
    PDF: "PDF",
    _JPEG: "JPEG",
    _PNG: "PNG",
    _TIFF: "TIFF",
    _XML: "XML",
    _DOCX: "DOCX",
}
"""What a paper may be, with the name people know it by."""

_ALIASES: Final = {"image/jpg": _JPEG, "text/xml": _XML, "image/tif": _TIFF}


@dataclass(frozen=True, slots=True)
class ContentKind:
    """What a content turned out to be."""

    media_type: str
    signed: bool
    """Whether it is a PDF in which a signature lies; what it is worth is another question."""


def content_kind(file: BinaryIO, size: int, declared: str = "") -> ContentKind:
    """Looks at a content, without trusting its name.

    Args:
        file: The content, to be read at any place.
        size: Its size.
        declared: Its media type as the sender stated it; ``""`` when nothing was stated.

    Raises:
        EvidenceRefused: It is none of the kinds that a paper may be, is not what was declared, or was cut.
    """
    declared = declared.partition(";")[0].strip().lower()
    declared = _ALIASES.get(declared, declared)
    if declared and declared not in MEDIA_TYPES:
        raise EvidenceRefused(
            f"A paper cannot be of the declared type. {_ways()}",
            desk_vi="Định dạng tệp không được nhận. Đề nghị quét lại thành PDF.",
        )
    file.seek(0)
    found = _by_magic(file.read(_HEAD))
    if not found or (declared and declared != found):
        what = f"is no {MEDIA_TYPES[declared]} as declared" if declared else "is no known file"
        raise EvidenceRefused(
            f"The content {what}. {_ways()}",
            desk_vi="Tệp không đúng định dạng đã khai. Đề nghị quét lại giấy tờ thành PDF.",
        )
    file.seek(max(0, size - _TAIL))
    if not _whole(found, file, file.read(_TAIL)):
        raise EvidenceRefused(
            f"The {MEDIA_TYPES[found]} is damaged or was cut. Scan the paper again and send the whole file.",
            desk_vi="Tệp bị hỏng hoặc chưa tải lên hết. Đề nghị quét và tải lại.",
        )
    return ContentKind(found, found == PDF and _contains(file, _SIGNED))


def _ways() -> str:
    return f"Send it as {', '.join(MEDIA_TYPES.values())}."


def _by_magic(head: bytes) -> str:
    if b"%PDF-" in head:  # readers accept bytes in front of it, ISO 32000-1 annex H
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG
    if head.startswith((b"II*\0", b"MM\0*")):
        return _TIFF
    if head.startswith(b"PK\x03\x04"):
        return _DOCX
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    utf16 = head.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<"))
    return _XML if utf16 or text.startswith(b"<") else ""


def _whole(media_type: str, file: BinaryIO, tail: bytes) -> bool:
    match media_type:
        case "application/pdf":
            return b"startxref" in tail and b"%%EOF" in tail
        case "image/jpeg":
            return b"\xff\xd9" in tail
        case "image/png":
            return b"IEND\xaeB`\x82" in tail
        case "application/xml":
            return _well_formed(file)
        case "image/tiff":
            return len(tail) > 8
        case _:
            return _is_docx(file)


def _well_formed(file: BinaryIO) -> bool:
    """Read without loading anything, in bounded memory; a document type is refused, since entities can be bombs."""
    file.seek(0)
    try:
        for _, element in etree.iterparse(
            file, events=("end",), resolve_entities=False, no_network=True, load_dtd=False
        ):
            if element.getroottree().docinfo.doctype:
                return False
            element.clear()
    except etree.XMLSyntaxError:
        return False
    return True


def _is_docx(file: BinaryIO) -> bool:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return {"[Content_Types].xml", "word/document.xml"} <= names


def _contains(file: BinaryIO, mark: bytes) -> bool:
    before = b""
    for block in _blocks(file):
        if mark in before + block:
            return True
        before = block[-len(mark) :]
    return False


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block
