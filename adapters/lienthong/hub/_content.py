"""A message as the outbox keeps it: sealed bytes, and an index that tells whether it was told before.

The index is keyed: a message holds little that nobody could guess, so a bare hash of it could be tried out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

import orjson

from lienthong.guard import BlindIndex, Sealer
from lienthong.identity import nfc
from lienthong.interface import HubDossier, HubProgress

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Kind = Literal["dossier", "progress"]
HubMessage = HubDossier | HubProgress


@dataclass(frozen=True, slots=True)
class Content:
    """A message ready for the outbox."""

    kind: Kind
    index: str
    """Of the whole dossier; of a step only what tells steps apart (see :func:`step_key`). Hexadecimal."""
    plaintext: bytes


def content_of(index: BlindIndex, message: HubMessage) -> Content:
    """The message as bytes and their index, equal for equal messages."""
    plaintext = orjson.dumps(message.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    if isinstance(message, HubDossier):
        return Content("dossier", index.of("outbox.dossier", plaintext.decode()).hex(), plaintext)
    return Content("progress", step_key(index, message), plaintext)


def step_key(index: BlindIndex, step: HubProgress) -> str:
    """The index of what tells one progress step from another, hexadecimal.

    The wire has no id for a step; MaHoSo, ThoiDiemXuLy, TrangThai, NguoiXuLy and NoiDungXuLy stand in for it (hub page §2.3).
    Time counts in whole seconds, as on the wire.
    """
    at = step.at.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")
    parts = [step.dossier, at, step.status, nfc(step.officer), nfc(step.content)]
    return index.of("outbox.progress", orjson.dumps(parts).decode()).hex()


def seal(sealer: Sealer, case_id: str, content: Content) -> bytes:
    """Encrypts a message for its row. The row has no id before it is inserted, so what is known already binds it."""
    return sealer.seal(
        content.plaintext, table="outbox", row=_row(case_id, content.index), field="sealed"
    )


def unseal(sealer: Sealer, blob: bytes, *, case_id: str, kind: str, index: str) -> HubMessage:
    """The message behind a row.

    Raises:
        SealBroken: The row was changed, or the keyring is not the one that sealed it.
        pydantic.ValidationError: It was written by a version with other fields.
    """
    plaintext = sealer.open(blob, table="outbox", row=_row(case_id, index), field="sealed")
    model = HubDossier if kind == "dossier" else HubProgress
    return model.model_validate_json(plaintext)


def _row(case_id: str, index: str) -> str:
    return f"{case_id}|{index}"
