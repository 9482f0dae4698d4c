"""The five national systems against the sandbox, which is found at run time: it is an extra of its own."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from lienthong.identity import (
    CertificateSerial,
    EnterpriseCode,
    InsuranceNumber,
    PartialDate,
    PersonalNumber,
)
from lienthong.interface import (
    CertificateQuery,
    CitizenQuery,
    ConfigurationError,
    HandoverFile,
    HubDossier,
    InsuranceQuery,
    LandHandover,
    OrganisationQuery,
    ProcedureQuery,
    Query,
    Verb,
    find_connector,
)

from ._subject import Sample, Subject

_MOMENT: Final = datetime(2026, 11, 23, 19, 30, 5, tzinfo=UTC)
_CONFIG: Final = Path(__file__).resolve().parents[3] / "config"
_SHIPPED: Final = Path(__file__).resolve().parents[1] / "_config"
_FRONT: Final = {"population": "/c06", "land": "/ilis"}
_SIGN_IN: Final = {
    "business": ("/token$",),
    "social_insurance": ("/token$",),
    "land": ("/token$", "(?i)/oauth", "(?i)auth"),
    "operations_centre": ("(?i)/auth$", "(?i)login"),
}
_PERSON: Final = "033085000101"
_NAME: Final = "Nguyễn Văn An Mẫu"


@dataclass(frozen=True, slots=True)
class _Side:
    url: str
    ca: Path
    _expire: Callable[[], Any]

    async def expire(self) -> None:
        await self._expire()


def _sandbox(system: str) -> Any:
    @asynccontextmanager
    async def start() -> AsyncIterator[_Side]:
        if find_spec("lienthong_sandbox") is None:
            raise ConfigurationError(
                "The sandbox is not installed; install it: pip install 'lienthong[sandbox]'."
            )
        package = import_module("lienthong_sandbox")
        catalogue = next(x for x in (_CONFIG, _SHIPPED) if x.exists()) / "catalogue"
        with tempfile.TemporaryDirectory(prefix="lienthong-suite-") as folder:
            async with package.Sandbox(Path(folder), catalogue=catalogue) as running:

                async def expire() -> None:
                    fault = package.Fault(expire_tokens=True)
                    await running.faults.put(system, fault)

                yield _Side(running.urls[system], running.ca, expire)

    return start


def _settings(system: str) -> dict[str, Any]:
    """Connector, dialect and channel as the sandbox itself prints them, addresses left out."""
    module = import_module("lienthong_sandbox._configuration")
    text = module.configuration(dict.fromkeys(_ALL, "http://x"), Path("ca"), Path("s"), None)
    table: dict[str, Any] = tomllib.loads(text)["systems"][system]
    return {key: table[key] for key in ("connector", "dialect", "channel")}


def _citizen(name: str = _NAME, number: str = _PERSON) -> CitizenQuery:
    return CitizenQuery(PersonalNumber(number), name, PartialDate.parse("1985-03-14"))


def _company(code: str) -> OrganisationQuery:
    return OrganisationQuery(EnterpriseCode.parse(code))


def _certificate(serial: str) -> CertificateQuery:
    return CertificateQuery("033066004242", serial=CertificateSerial.parse(serial))


def _dossier(number: int) -> HubDossier:
    return HubDossier(
        dossier=f"H31.14-261124-{number % 10000:04d}",
        procedure="1.004222.H31",
        procedure_name="Đăng ký thường trú",
        field_code="G01-CA05",
        field_name="Đăng ký, quản lý cư trú",
        owner_name="Trần Thử Nghiệm",
        owner_number="033088000012",
        submitted_at=_MOMENT,
        received_at=_MOMENT,
        due_at=_MOMENT.replace(month=12),
        status="2",
        agency_name="UBND xã Thử Nghiệm",
    )


def _handover(number: int) -> LandHandover:
    return LandHandover(
        dossier=f"H31.14-261124-{number % 10000:04d}",
        province="33",
        commune="12205",
        received_by="canbo1",
        received_at=_MOMENT,
        applicant_name="Trần Thử Nghiệm",
        applicant_number="033088000012",
        process_code="QT01",
        process_name="Cấp đổi giấy chứng nhận",
        parcels=(("204", "17", "250.5", "Thôn Mẫu"),),
        files=(HandoverFile(name="Đơn", filename="don.pdf", content_base64="aGVsbG8="),),
    )


def _samples(system: str) -> tuple[Sample, ...]:
    verify, lookup, share = Verb.VERIFY, Verb.LOOKUP, Verb.SHARE
    match system:
        case "population":
            return (
                Sample(verify, lambda _: _citizen(), "confirmed"),
                Sample(verify, lambda _: _citizen("Trần Văn Khác"), "mismatch"),
                Sample(lookup, lambda _: _citizen(), "found"),
                Sample(lookup, lambda _: _citizen("Trần Văn Khác"), "not_found"),
            )
        case "business":
            return (
                Sample(lookup, lambda _: _company("0990001015"), "found"),
                Sample(lookup, lambda _: _company("0100109106"), "not_found"),
            )
        case "social_insurance":
            held, nobody = InsuranceNumber.parse("3301104729"), InsuranceNumber("9999999999")
            return (
                Sample(lookup, lambda _: InsuranceQuery(held), "found"),
                Sample(lookup, lambda _: InsuranceQuery(nobody), "not_found"),
            )
        case "land":
            return (
                Sample(lookup, lambda _: _certificate("DX 101111"), "found"),
                Sample(lookup, lambda _: _certificate("DX 999999"), "not_found"),
                Sample(share, _handover, "accepted"),
                Sample(share, _handover, "already", before=_handover),
            )
        case _:
            return (
                Sample(lookup, lambda _: ProcedureQuery("1.004222"), "found"),
                Sample(lookup, lambda _: ProcedureQuery("9.999999"), "not_found"),
                Sample(share, _dossier, "accepted"),
            )


_PRIVATE: Final = (_PERSON, _NAME, "3301104729", "DX101111", "DX 101111", "033066004242")
_ALL: Final = ("population", "business", "social_insurance", "land", "operations_centre")


def _subject(system: str) -> Subject:
    settings = _settings(system)
    foreign: Query = _citizen() if system != "population" else _company("0990001015")
    secrets = ("secret", "password", "consumer_secret", "client_secret")
    channel = settings["channel"]
    return Subject(
        connector=find_connector(system),
        far_side=_sandbox(system),
        settings=settings,
        samples=_samples(system),
        unsupported=((Verb.LOOKUP, foreign), (Verb.VERIFY, ProcedureQuery("1.004222"))),
        path=_FRONT.get(system, ""),
        sign_in=_SIGN_IN.get(system, ()),
        # iLIS takes a client's secret, but a province may have been given none.
        required=tuple(key for key in secrets if key in channel and key != "client_secret"),
        private=(*_PRIVATE, *(channel[key] for key in secrets if key in channel)),
    )


def _made(system: str) -> Callable[[], Subject]:
    return lambda: _subject(system)


SUBJECTS: Final[dict[str, Callable[[], Subject]]] = {name: _made(name) for name in _ALL}
"""How to try each of the five."""
