"""Contents on their way in: looked at, bounded, and kept only when they are what a paper may be."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from ._content import ContentStore, Source
from ._content_kinds import content_kind
from ._evidence_facts import Received
from ._signatures import UNSIGNED, Signature, SignatureChecker, SignatureVerdict
from .errors import EvidenceRefused

_MB: Final = 1_000_000


class Intake:
    """Takes contents into the store, outside any transaction: they may be large, and nobody should wait for them."""

    def __init__(self, content: ContentStore, signatures: SignatureChecker, max_mb: int) -> None:
        self._content = content
        self._signatures = signatures
        self._max_mb = max_mb

    async def receive(
        self,
        content: Source,
        now: datetime,
        *,
        media_type: str = "",
        size: int | None = None,
        sha256: str | None = None,
    ) -> Received:
        """As :meth:`lienthong.onceonly.EvidenceStore.receive`."""
        if size is not None:
            self._require_size(size)
        if not isinstance(content, bytes | Path):
            content = self._bounded(content)
        seen: list[tuple[str, Signature]] = []

        def look(file: BinaryIO, actual: int) -> None:
            self._require_size(actual)
            kind = content_kind(file, actual, media_type)
            seen.append((kind.media_type, self._signed(file, now) if kind.signed else UNSIGNED))

        stored = await self._content.put(content, size=size, sha256=sha256, check=look)
        return Received(stored, *seen[-1])

    def _signed(self, file: BinaryIO, now: datetime) -> Signature:
        """The verdict on the signatures of a PDF that has some."""
        found = self._signatures.check(file, now)
        if found.verdict is SignatureVerdict.UNSIGNED:
            found = Signature(SignatureVerdict.INVALID, ("unreadable",))
        if {"changed", "unreadable"} & set(found.reasons):
            raise EvidenceRefused(
                "The file was changed after it was signed, or its signature is damaged. Get the signed file again from "
                "who signed it.",
                desk_vi="Tệp đã bị thay đổi sau khi ký số hoặc chữ ký số bị hỏng. Đề nghị quét, ký số lại hoặc lấy lại tệp gốc.",
            )
        return found

    def _require_size(self, size: int) -> None:
        if size > self._max_mb * _MB:
            raise EvidenceRefused(
                f"The file is larger than {self._max_mb} MB (evidence.max_mb). Scan it with a lower resolution.",
                desk_vi=f"Tệp lớn hơn {self._max_mb} MB. Đề nghị quét lại với độ phân giải thấp hơn.",
            )

    async def _bounded(self, content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """A stream that is cut off as soon as it is too long, and not when the disk is full."""
        size = 0
        async for data in content:
            size += len(data)
            self._require_size(size)
            yield data
