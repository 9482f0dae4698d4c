"""The card gateway: card check, treatment history, one treatment (insurance page §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from lienthong.identity import IdentityError, PartialDate, clean_name
from lienthong.interface import (
    Call,
    CardQuery,
    CheckAnswer,
    Confirmed,
    Found,
    InvalidRequest,
    LookupOutcome,
    Mismatch,
    NotFound,
    NotLicensed,
    Provenance,
    ReplyUnreadable,
    SystemFault,
    TreatmentDetailQuery,
    TreatmentHistoryQuery,
    VerifyOutcome,
    WireReply,
    WireRequest,
    as_text,
    read_object,
)
from lienthong_connectors.channels import Wire
from lienthong_connectors.values import plain_text

from ._cards import card_of, detail_of, history_of
from ._options import (
    CARD,
    DETAIL,
    HEADERS,
    HISTORY,
    CardOfficer,
    Encoding,
    SocialInsuranceOptions,
)
from ._results import DETAIL_RESULTS, RESULTS, Result, Verdict

_ATTRIBUTES: Final = ("card", "full_name", "birth")
_NOBODY: Final = {"maThe": "", "hoTen": "", "ngaySinh": "", "hoTenCb": "", "cccdCb": ""}


class Gateway:
    """Asks the card gateway, for officers who are registered with BHXH only; most questions name them."""

    def __init__(self, wire: Wire, options: SocialInsuranceOptions) -> None:
        self._wire = wire
        self._officers = options.officers
        self._history_of_person = options.history_fields == "person"
        self._separator = "/" if "/" in options.birth_format else ""
        base = options.gateway_path.rstrip("/")
        self._urls = {name: wire.url(f"{base}/{name}") for name in (CARD, HISTORY, DETAIL)}
        self._encodings: dict[str, Encoding] = {
            CARD: options.card_encoding,
            HISTORY: options.history_encoding,
        }

    async def verify(self, query: CardQuery, call: Call) -> VerifyOutcome:
        """Whether card, name and birth date belong together and the card can be used."""
        answer = await self._ask(CARD, query, call)
        if isinstance(answer, NotLicensed):
            return answer
        result, _, provenance = answer
        if result.verdict is Verdict.RIGHT:
            return Confirmed(provenance, _ATTRIBUTES, result.caution_vi, result.caution_en)
        if result.verdict is Verdict.UNKNOWN:
            return NotFound(provenance)
        return Mismatch(provenance)

    async def lookup(self, query: CardQuery, call: Call) -> LookupOutcome:
        """The card; one that cannot be used is found too, with its caution."""
        answer = await self._ask(CARD, query, call)
        if isinstance(answer, NotLicensed):
            return answer
        result, fields, provenance = answer
        refusal = _refusal(result, provenance)
        return refusal or Found(card_of(fields, query.card.value, result), provenance)

    async def history(self, query: TreatmentHistoryQuery, call: Call) -> LookupOutcome:
        """The holder's treatments; an empty list means that there are none."""
        answer = await self._ask(HISTORY, query, call)
        if isinstance(answer, NotLicensed):
            return answer
        result, fields, provenance = answer
        refusal = _refusal(result, provenance)
        if refusal is not None:
            return refusal
        history = history_of(fields)
        if history is None:
            raise ReplyUnreadable(
                self._wire.system, HISTORY, "the list of treatments holds something else"
            )
        return Found(history, provenance)

    async def detail(self, query: TreatmentDetailQuery, call: Call) -> LookupOutcome:
        """One treatment in full. The wire names no officer here, but only those who may ask for a history may ask for this."""
        officer = self._officer(DETAIL, call)
        if isinstance(officer, NotLicensed):
            return officer
        reply = await self._wire.ask(self._detail_request(query), call)
        if isinstance(reply, NotLicensed):
            return reply
        fields = self._object(reply, DETAIL)
        provenance = self._wire.provenance(DETAIL, reply, call)
        held = fields.get("hoSoKCB")
        # The code is not published, so an answer with the record in it needs none.
        if held is None or plain_text(fields.get("maKetQua")):
            result = self._result(DETAIL, self._code(fields, DETAIL), DETAIL_RESULTS)
            if isinstance(result, NotLicensed):
                return result
            refusal = _refusal(result, provenance)
            if refusal is not None or held is None:
                return refusal or NotFound(provenance)
        detail = detail_of(held, query.record.strip())
        if detail is None:
            raise ReplyUnreadable(
                self._wire.system, DETAIL, "hoSoKCB is not the tables that were promised"
            )
        return Found(detail, provenance)

    async def check(self, call: Call) -> CheckAnswer:
        """Signs in and asks an empty question, which must be refused with any code but 401: about no person."""
        await self._wire.channel.sign_in(call)
        reply = await self._wire.ask_allowed(self._request(CARD, _NOBODY), call)
        code = self._code(self._object(reply, CARD), CARD)
        if code == "101":
            raise SystemFault(self._wire.system, CARD, "maKetQua 101: the server is in error")
        return CheckAnswer(CARD, f"an empty question was answered with maKetQua {code[:10]}")

    async def _ask(
        self, service: str, query: CardQuery | TreatmentHistoryQuery, call: Call
    ) -> tuple[Result, Mapping[str, Any], Provenance] | NotLicensed:
        """What the code means, the answer's fields, and where they came from. Raises as :meth:`_result`."""
        officer = self._officer(service, call)
        if isinstance(officer, NotLicensed):
            return officer
        reply = await self._wire.ask(self._request(service, self._fields(query, officer)), call)
        if isinstance(reply, NotLicensed):
            return reply
        fields = self._object(reply, service)
        result = self._result(service, self._code(fields, service), RESULTS)
        if isinstance(result, NotLicensed):
            return result
        return result, fields, self._wire.provenance(service, reply, call)

    def _officer(self, service: str, call: Call) -> CardOfficer | NotLicensed:
        account = call.purpose.officer if call.purpose is not None else ""
        return self._officers.get(account) or NotLicensed(
            self._wire.system, service, "the officer has no entry in options.officers"
        )

    def _result(self, service: str, code: str, table: Mapping[str, Result]) -> Result | NotLicensed:
        """What a code means.

        Raises:
            SystemFault: The code reports a failure, or is none of the table.
        """
        result = table.get(code)
        if result is None:
            problem = f"maKetQua {code[:10]} is not in the published table"
            raise SystemFault(self._wire.system, service, problem, retryable=False)
        if result.verdict in {Verdict.FAULT, Verdict.DATA_FAULT, Verdict.ACCOUNT}:
            problem = f"maKetQua {code}: {result.en}"
            retryable = result.verdict is Verdict.FAULT
            raise SystemFault(self._wire.system, service, problem, retryable=retryable)
        if result.verdict is Verdict.OFFICER:
            return NotLicensed(self._wire.system, service, f"maKetQua {code}: {result.en}")
        return result

    def _fields(
        self, query: CardQuery | TreatmentHistoryQuery, officer: CardOfficer
    ) -> dict[str, str]:
        try:
            name = clean_name(query.full_name)
        except IdentityError as error:
            raise InvalidRequest(error.field, error.message, error.advice_vi) from None
        return {
            "maThe": query.card.value,
            "hoTen": name,
            "ngaySinh": self._birth(query.birth),
            **self._named(query, officer),
        }

    def _named(
        self, query: CardQuery | TreatmentHistoryQuery, officer: CardOfficer
    ) -> dict[str, str]:
        if self._history_of_person and isinstance(query, TreatmentHistoryQuery):
            return {}
        return {"hoTenCb": officer.name, "cccdCb": officer.number}

    def _birth(self, birth: PartialDate) -> str:
        day = birth.to_date()
        if day is None:
            # A year alone is taken; no form for a year and a month is known (insurance page §2.2).
            return f"{birth.year:04d}"
        return self._separator.join((f"{day.day:02d}", f"{day.month:02d}", f"{day.year:04d}"))

    def _request(self, service: str, fields: Mapping[str, str]) -> WireRequest:
        encoding = self._encodings[service]
        body = orjson.dumps(fields) if encoding == "json" else urlencode(fields).encode("ascii")
        return WireRequest(service, "POST", self._urls[service], HEADERS[encoding], body)

    def _detail_request(self, query: TreatmentDetailQuery) -> WireRequest:
        record = query.record.strip()
        if not record:
            raise InvalidRequest("record", "is empty", "Chưa có mã hồ sơ khám chữa bệnh.")
        url = f"{self._urls[DETAIL]}?{urlencode({'maHoSo': record})}"
        return WireRequest(DETAIL, "POST", url, HEADERS["form"])

    def _object(self, reply: WireReply, service: str) -> dict[str, Any]:
        return read_object(reply, system=self._wire.system, service=service)

    def _code(self, fields: Mapping[str, Any], service: str) -> str:
        value = fields.get("maKetQua")
        code = "" if isinstance(value, bool | dict | list) else as_text(value)
        if not code:
            raise ReplyUnreadable(self._wire.system, service, "the answer has no maKetQua")
        # 000 that travelled as a number has lost its zeros.
        return code.zfill(3) if code.isdecimal() else code


def _refusal(result: Result, provenance: Provenance) -> NotFound | Mismatch | None:
    if result.verdict is Verdict.UNKNOWN:
        return NotFound(provenance)
    if result.verdict is Verdict.MISMATCH:
        return Mismatch(provenance)
    return None
