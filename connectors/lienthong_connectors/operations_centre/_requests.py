"""Queries and messages as requests, in both dialects (hub page §1, §1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from lienthong.interface import (
    DossierQuery,
    HubDossier,
    HubProgress,
    InvalidRequest,
    Message,
    NotSupported,
    ProcedureListQuery,
    ProcedureQuery,
    Query,
    Service,
    WireRequest,
)

from ._messages import dossier_to_wire, national_code, progress_to_wire
from ._options import Options
from ._services import (
    ADAPTER,
    FIND_DOSSIER,
    GET_PROCEDURE,
    LIST_AGENCY_PROCEDURES,
    LIST_PROCEDURES,
    LIST_SEXES,
    SERVICES,
    SYNC_DOSSIER,
    SYNC_PROGRESS,
    SYSTEM,
)

_HEADERS: Final = {
    "accept": "application/json",
    "content-type": "application/json",
    "charset": "utf-8",
}
"""As public clients send them (hub page §1); ``dstcode`` is the channel's."""

_SHARED: Final = frozenset({LIST_PROCEDURES.name, LIST_SEXES.name})
"""Services on the share endpoint; all others are on the integration endpoint (hub page §1)."""


class Requests:
    """Builds the requests of one dialect; addresses are joined once."""

    def __init__(self, url: str, dialect: str, options: Options) -> None:
        self._direct = dialect == ADAPTER
        self._options = options
        base = url.rstrip("/") + "/"
        names = (service.name for service in SERVICES if dialect in service.dialects)
        if self._direct:
            integration = base + options.integration_path.lstrip("/")
            share = base + options.share_path.lstrip("/")
            self._urls = {name: share if name in _SHARED else integration for name in names}
        else:
            self._urls = {name: base + options.paths.get(name, name).lstrip("/") for name in names}
        self._update_url = (
            base + options.update_path.lstrip("/")
            if options.update_path
            else self._urls[SYNC_DOSSIER.name]
        )

    def service_for(self, subject: Query | Message) -> Service:
        """The service for a subject.

        Raises:
            NotSupported: There is none.
        """
        match subject:
            case HubDossier():
                return SYNC_DOSSIER
            case HubProgress():
                return SYNC_PROGRESS
            case DossierQuery():
                return FIND_DOSSIER
            case ProcedureQuery():
                return GET_PROCEDURE
            case ProcedureListQuery():
                return LIST_PROCEDURES if self._direct else LIST_AGENCY_PROCEDURES
            case _:
                raise NotSupported(f"{SYSTEM} has no service for {type(subject).__name__}")

    def lookup(self, query: Query) -> WireRequest:
        """The request behind a look-up.

        Raises:
            NotSupported: No service for it.
            InvalidRequest: A field is empty or malformed.
        """
        match query:
            case DossierQuery():
                if not query.dossier.strip():
                    raise InvalidRequest("dossier", "is empty")
                parameters = {"mahoso": query.dossier.strip()}
            case ProcedureQuery():
                parameters = {"maTTHC": national_code(query.code)}
            case _:
                parameters = {} if self._direct else {"maDonVi": self._options.ma_don_vi}
        return self._read(self.service_for(query).name, parameters)

    def share(self, message: Message, *, update: bool) -> WireRequest:
        """The request behind a hand-over. Raises as :meth:`lookup`."""
        updating = "True" if update else "False"
        match message:
            case HubDossier():
                data = [dossier_to_wire(message, self._options.other_id_kind)]
                if self._direct:
                    return self._post(SYNC_DOSSIER.name, {"isUpdating": updating, "data": data})
                url = self._update_url if update else self._urls[SYNC_DOSSIER.name]
                query = {"MaDinhDanhDV": self._options.ma_don_vi, "isUpdating": updating}
                return self._post_list(SYNC_DOSSIER.name, url, query, data)
            case HubProgress():
                data = [progress_to_wire(message)]
                if self._direct:
                    return self._post(SYNC_PROGRESS.name, {"data": data})
                query = {"MaDinhDanhDV": self._options.ma_don_vi}
                return self._post_list(
                    SYNC_PROGRESS.name, self._urls[SYNC_PROGRESS.name], query, data
                )
            case _:
                raise NotSupported(f"{SYSTEM} does not take {type(message).__name__}")

    def check(self) -> WireRequest:
        """The shortest code list."""
        return self._read(LIST_SEXES.name, {})

    def _read(self, service: str, parameters: Mapping[str, str]) -> WireRequest:
        if self._direct:
            return self._post(service, parameters)
        query = f"?{urlencode(parameters)}" if parameters else ""
        return WireRequest(service, "GET", self._urls[service] + query, _HEADERS)

    def _post(self, service: str, parameters: Mapping[str, Any]) -> WireRequest:
        # The portal channel puts session and madonvi in front (hub page §1: they travel in the body).
        body = orjson.dumps({"service": service, **parameters})
        return WireRequest(service, "POST", self._urls[service], _HEADERS, body)

    def _post_list(
        self, service: str, url: str, query: Mapping[str, str], data: list[dict[str, Any]]
    ) -> WireRequest:
        # Proxies take the bare list and the rest in the query (hub page §1.1).
        return WireRequest(
            service, "POST", f"{url}?{urlencode(query)}", _HEADERS, orjson.dumps(data)
        )
