"""Verifies a citizen or an organisation: local checks, then yes/no, then the record, compared the Vietnamese way."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from lienthong.gateway import Gateway
from lienthong.identity import (
    DateMatch,
    InvalidIdentifier,
    Likeness,
    NameMatch,
    NumberMatch,
    OldCardNumber,
    PersonalNumber,
    compare_birth,
    compare_names,
    compare_numbers,
    identify_person_number,
)
from lienthong.interface import (
    Ambiguous,
    CitizenQuery,
    CitizenRecord,
    Confirmed,
    Deferred,
    Found,
    Mismatch,
    NotFound,
    NotLicensed,
    OrganisationQuery,
    OrganisationRecord,
    Provenance,
    Purpose,
    Record,
    Throttled,
    Unavailable,
)
from lienthong.onceonly import Applicant, inactive


class IdentityVerdict(StrEnum):
    """What is known of the applicant's identity."""

    VERIFIED = "verified"
    """The national database confirms it."""
    MISMATCH = "mismatch"
    """It does not: nobody fits, or an attribute differs."""
    QUESTIONED = "questioned"
    """Something contradicts itself before or after the call; the clerk looks, and may insist."""
    PROVISIONAL = "provisional"
    """The national database does not answer; verified later by itself."""
    NOT_LICENSED = "not_licensed"
    """We may not ask; verify from the paper."""


@dataclass(frozen=True, slots=True)
class AttributeCheck:
    """One attribute: how it compares and by which rule. The sentences contain none of the values."""

    attribute: str
    """``personal_id``, ``full_name``, ``birth_date``, ``sex``, ``code`` or ``status``."""
    likeness: Likeness
    rule: str
    sentence_vi: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result for the desk. It is not a bare bool on purpose: look at ``verdict``."""

    verdict: IdentityVerdict
    attributes: tuple[AttributeCheck, ...]
    sentence_vi: str
    sentence_en: str
    provenance: Provenance | None = None
    record: Record | None = field(default=None, repr=False)
    retry_at: str = ""
    """For provisional: ISO 8601 moment when asking again makes sense."""
    caution_vi: str = ""
    """What the desk must look at all the same when the register says yes, one sentence; empty for a plain yes."""
    caution_en: str = ""


_SENTENCES: Final[dict[str, tuple[IdentityVerdict, str, str]]] = {
    "verified": (
        IdentityVerdict.VERIFIED,
        "Thông tin khớp với cơ sở dữ liệu quốc gia.",
        "The data agrees with the national database.",
    ),
    "mismatch": (
        IdentityVerdict.MISMATCH,
        "Thông tin chưa khớp với cơ sở dữ liệu quốc gia: hãy đối chiếu số định danh, họ tên, ngày sinh với giấy tờ gốc.",
        "The data does not agree with the national database: compare number, name and birth date with the original paper.",
    ),
    "questioned": (
        IdentityVerdict.QUESTIONED,
        "Thông tin khai tự mâu thuẫn: hãy kiểm tra lại; nếu chắc chắn đúng thì chọn tiếp tục tra cứu.",
        "What was stated contradicts itself: check it again; if it is certainly right, choose to continue.",
    ),
    "similar": (
        IdentityVerdict.QUESTIONED,
        "Họ tên gần giống nhưng chưa trùng với cơ sở dữ liệu quốc gia: hãy đối chiếu giấy tờ gốc rồi quyết định.",
        "The name is near but not equal to the national record: compare the original paper, then decide.",
    ),
    "coarse": (
        IdentityVerdict.QUESTIONED,
        "Chỉ khai năm sinh nên cơ sở dữ liệu quốc gia chưa khẳng định được: hãy khai đủ ngày sinh hoặc đối chiếu giấy tờ gốc.",
        "Only a year was stated, so the national database could not say: state the full date or compare the original paper.",
    ),
    "provisional": (
        IdentityVerdict.PROVISIONAL,
        "Cơ sở dữ liệu quốc gia tạm thời chưa trả lời: vẫn tiếp nhận hồ sơ, hệ thống sẽ tự xác thực sau.",
        "The national database does not answer: accept the case, it is verified later without you.",
    ),
    "not_licensed": (
        IdentityVerdict.NOT_LICENSED,
        "Cán bộ hoặc thủ tục chưa được cấp quyền tra cứu: hãy đối chiếu giấy tờ gốc.",
        "The officer or the procedure is not licensed to ask: compare the original paper.",
    ),
    "inactive": (
        IdentityVerdict.MISMATCH,
        "Tổ chức không ở trạng thái đang hoạt động trong cơ sở dữ liệu đăng ký kinh doanh.",
        "The organisation is not registered as active.",
    ),
}

_CONFIRMED_VI: Final = "Cơ sở dữ liệu quốc gia xác nhận."
_CONFIRMED_EN: Final = "Confirmed by the national database."


class Verifier:
    """Asks the systems that identify people and organisations."""

    def __init__(
        self,
        gateway: Gateway,
        deadline_s: float,
        population: str = "population",
        business: str = "business",
    ):
        self._gateway = gateway
        self._deadline_s = deadline_s
        self._population = population
        self._business = business

    async def citizen(
        self,
        applicant: Applicant,
        purpose: Purpose,
        *,
        insist: bool,
        with_record: bool,
        doubts_seen: bool = False,
    ) -> Verification:
        """Verifies a citizen. Yes/no and record together stay within the desk's deadline.

        Args:
            applicant: What was stated at the desk.
            purpose: The case.
            insist: The clerk saw the contradiction and wants to go on.
            with_record: Whether the procedure needs the record, so that it is asked for after a yes.
            doubts_seen: The clerk insisted on the local doubts, though not on what the record may show.
        """
        number = applicant.number
        if number is None:
            return _result("questioned", ())
        doubts = _local_doubts(applicant)
        if doubts and not (insist or doubts_seen):
            return _result("questioned", doubts)
        ends_at = time.monotonic() + self._deadline_s
        query = CitizenQuery(number, applicant.full_name, applicant.birth)
        answer = await self._gateway.verify(
            self._population, query, purpose, deadline_s=self._deadline_s
        )
        match answer:
            case Confirmed():
                left_s = ends_at - time.monotonic()
                if with_record and left_s > 0:
                    found = await self._gateway.lookup(
                        self._population, query, purpose, deadline_s=left_s
                    )
                    if isinstance(found, Found) and isinstance(found.record, CitizenRecord):
                        return _cautioned(
                            _against_record(applicant, found.record, found.provenance, insist),
                            answer,
                        )
                # The yes stands by itself: the plan asks for the record again where it needs it.
                return _cautioned(
                    _result("verified", _confirmed(answer.attributes), answer.provenance), answer
                )
            case Throttled() | Unavailable():
                return _result("provisional", doubts, retry_at=answer.retry_at.isoformat())
            case Deferred():
                return _result("provisional", doubts)
            case NotLicensed():
                return _result("not_licensed", doubts)
            case Mismatch() | NotFound() | Ambiguous():
                coarse = applicant.birth is not None and applicant.birth.precision != "day"
                # Whether a register takes a bare year for a full date is unknown, so its no means little (doubts page).
                return _result("coarse" if coarse else "mismatch", doubts, answer.provenance)

    async def organisation(self, applicant: Applicant, purpose: Purpose) -> Verification:
        """Verifies an organisation by its registration record (there is no yes/no service)."""
        if applicant.enterprise is None:
            return _result("questioned", ())
        found = await self._gateway.lookup(
            self._business, OrganisationQuery(applicant.enterprise), purpose
        )
        match found:
            case Found(record=OrganisationRecord() as record, provenance=provenance):
                return _organisation(applicant, record, provenance)
            case Throttled() | Unavailable():
                return _result("provisional", (), retry_at=found.retry_at.isoformat())
            case Deferred():
                return _result("provisional", ())
            case NotLicensed():
                return _result("not_licensed", ())
            case _:
                return _result("mismatch", ())


def _local_doubts(applicant: Applicant) -> tuple[AttributeCheck, ...]:
    """Digits of the number against birth and sex as stated, before any national call (population page C1)."""
    if not isinstance(applicant.number, PersonalNumber):
        return ()
    return tuple(
        AttributeCheck(
            item.field, Likeness.DIFFERENT, item.rule, item.sentence_vi, item.sentence_en
        )
        for item in applicant.number.contradictions(applicant.birth, applicant.sex)
    )


def _confirmed(attributes: tuple[str, ...]) -> tuple[AttributeCheck, ...]:
    return tuple(
        AttributeCheck(name, Likeness.SAME, "register-confirms", _CONFIRMED_VI, _CONFIRMED_EN)
        for name in attributes
    )


def _cautioned(verification: Verification, answer: Confirmed) -> Verification:
    """The result with what the register adds to its yes."""
    return replace(verification, caution_vi=answer.caution_vi, caution_en=answer.caution_en)


def _against_record(
    applicant: Applicant, record: CitizenRecord, provenance: Provenance, insist: bool
) -> Verification:
    """Every stated attribute against the record: the register matched folded names, we match real ones."""
    checks: list[AttributeCheck] = []
    if applicant.number is not None:
        held = (
            record.old_card if isinstance(applicant.number, OldCardNumber) else record.personal_id
        )
        with suppress(InvalidIdentifier):  # a register without that number says nothing against it
            checks.append(
                _check(
                    "personal_id", compare_numbers(applicant.number, identify_person_number(held))
                )
            )
    checks.append(_check("full_name", compare_names(applicant.full_name, record.full_name)))
    if applicant.birth is not None and record.birth is not None:
        checks.append(_check("birth_date", compare_birth(applicant.birth, record.birth)))
    found = tuple(checks)
    if any(item.likeness is Likeness.DIFFERENT for item in found):
        return _result("mismatch", found, provenance, record)
    # A birth year against a full date is only coarser, which is no doubt (doubts page); a similar name is one.
    doubtful = any(
        item.attribute == "full_name" and item.likeness is Likeness.SIMILAR for item in found
    )
    if doubtful and not insist:
        return _result("similar", found, provenance, record)
    return _result("verified", found, provenance, record)


def _organisation(
    applicant: Applicant, record: OrganisationRecord, provenance: Provenance
) -> Verification:
    checks = [
        AttributeCheck("code", Likeness.SAME, "register-confirms", _CONFIRMED_VI, _CONFIRMED_EN),
        _check("full_name", compare_names(applicant.full_name, record.name)),
    ]
    if inactive(record):
        checks.append(
            AttributeCheck(
                "status",
                Likeness.DIFFERENT,
                "not-active",
                _SENTENCES["inactive"][1],
                _SENTENCES["inactive"][2],
            )
        )
        return _result("inactive", tuple(checks), provenance, record)
    name = checks[1].likeness
    if name is Likeness.DIFFERENT:
        return _result("mismatch", tuple(checks), provenance, record)
    return _result("verified", tuple(checks), provenance, record)


def _check(attribute: str, match: NameMatch | DateMatch | NumberMatch) -> AttributeCheck:
    return AttributeCheck(attribute, match.same, match.rule, match.sentence_vi, match.sentence_en)


def _result(
    key: str,
    attributes: tuple[AttributeCheck, ...],
    provenance: Provenance | None = None,
    record: Record | None = None,
    *,
    retry_at: str = "",
) -> Verification:
    verdict, sentence_vi, sentence_en = _SENTENCES[key]
    return Verification(verdict, attributes, sentence_vi, sentence_en, provenance, record, retry_at)
