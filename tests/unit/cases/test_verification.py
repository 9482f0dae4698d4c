"""What the desk is shown of a yes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from lienthong.cases import IdentityVerdict
from lienthong.cases._verification import Verifier
from lienthong.gateway import Gateway
from lienthong.interface import Confirmed, Provenance, Purpose
from lienthong.onceonly import Applicant

APPLICANT = Applicant.citizen(
    personal_id="033085000101", full_name="Nguyễn Văn Mẫu", birth_date="14/03/1985"
)
PURPOSE = Purpose("H31.14-261124-0001", "1.004222", "canbo01", "H31.14", "Xác thực")
SOURCE = Provenance(
    system="population", service="s", dialect="d", channel="c", request_id="r", sha256="",
    answered_at=datetime(2026, 11, 24, tzinfo=UTC),
)  # fmt: skip


class _Register:
    """Says yes, and what to look at all the same."""

    async def verify(self, *_: Any, **__: Any) -> Confirmed:
        return Confirmed(SOURCE, ("full_name",), "Thẻ đã đổi.", "The card was replaced.")


async def test_a_yes_with_a_caution_shows_it() -> None:
    """The verdict stays a yes; what the register adds reaches the desk."""
    verifier = Verifier(cast("Gateway", _Register()), 3.0)
    found = await verifier.citizen(APPLICANT, PURPOSE, insist=False, with_record=False)
    assert found.verdict is IdentityVerdict.VERIFIED
    assert (found.caution_vi, found.caution_en) == ("Thẻ đã đổi.", "The card was replaced.")
