"""A message as the outbox keeps it: sealed bytes, and a hash that tells whether it was told before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

import orjson

from lienthong.guard import Sealer
from lienthong.identity import nfc
from lienthong.interface import HubDossier, HubProgress

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Kind = Literal["dossier", "progress"]
HubMessage = HubDossier | HubProgress


@dataclass(frozen=True, slots=True)
class Content:
    """A message ready for the outbox."""

    kind: Kind
    sha256: str
    """Of the whole dossier; of a step only what tells steps apart (see :func:`step_key`)."""
    plaintext: bytes


def content_of(message: HubMessage) -> Content:
    """The message as bytes, equal for equal messages."""
    plaintext = orjson.dumps(message.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    if isinstance(message, HubDossier):
        return Content("dossier", hashlib.sha256(plaintext).hexdigest(), plaintext)
    return Content("progress", step_key(message), plaintext)


def step_key(step: HubProgress) -> str:
    """What tells one progress step from another, hashed.

    The wire has no id for a step; MaHoSo, ThoiDiemXuLy, TrangThai, NguoiXuLy and NoiDungXuLy stand in for it (hub page §2.3).
    Time counts in whole seconds, as on the wire.
    """
    at = step.at.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")
    parts = [step.dossier, at, step.status, nfc(step.officer), nfc(step.content)]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def seal(sealer: Sealer, case_id: str, content: Content) -> bytes:
    """Encrypts a message for its row. The row has no id before it is inserted, so what is known already binds it."""
    return sealer.seal(
        content.plaintext, table="outbox", row=_row(case_id, content.sha256), field="sealed"
    )


def unseal(sealer: Sealer, blob: bytes, *, case_id: str, kind: str, sha256: str) -> HubMessage:
    """The message behind a row.

    Raises:
        SealBroken: The row was changed, or the keyring is not the one that sealed it.
        pydantic.ValidationError: It was written by a version with other fields.
    """
    plaintext = sealer.open(blob, table="outbox", row=_row(case_id, sha256), field="sealed")
    model = HubDossier if kind == "dossier" else HubProgress
    return model.model_validate_json(plaintext)


def _row(case_id: str, sha256: str) -> str:
    return f"{case_id}|{sha256}"
