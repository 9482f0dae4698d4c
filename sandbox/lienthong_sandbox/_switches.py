"""The systems' switches: every point on which the reference is silent or contradicts itself, and what may be chosen.

``World.settings`` of a system holds the values that differ from the defaults here; ``GET /-/settings`` lists all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lienthong_sandbox._faults import FaultError

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch.

    Attributes:
        name: As in ``World.settings``.
        default: What holds when it is not set; its type is the type of every value.
        meaning: What it decides, and for each choice what it does.
        choices: The values it may have; empty when any of the default's type will do.
        doubt: Whether it stands for a doubt about the real system; the others only make something reachable.
    """

    name: str
    default: Value
    meaning: str
    choices: tuple[Value, ...] = ()
    doubt: bool = True

    def fault(self, value: object) -> str:
        """Why it cannot have this value; empty when it can."""
        if self.choices:
            fits = any(type(value) is type(one) and value == one for one in self.choices)
            return "" if fits else f"{self.name} must be one of {list(self.choices)}"
        if isinstance(self.default, bool):
            return "" if isinstance(value, bool) else f"{self.name} must be true or false"
        if isinstance(self.default, int):
            whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            return "" if whole else f"{self.name} must be a whole number"
        texts = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
        return "" if texts else f"{self.name} must be a list of texts"

    def shown(self, settings: Mapping[str, object]) -> dict[str, object]:
        """For JSON: value, default, choices, meaning."""
        return {
            "name": self.name,
            "value": settings.get(self.name, self.default),
            "default": self.default,
            "choices": list(self.choices),
            "meaning": self.meaning,
            "doubt": self.doubt,
        }


def check(system: str, values: Mapping[str, object]) -> None:
    """Refuses values that a system has no use for; null resets a switch and is always good.

    Raises:
        FaultError: A switch is unknown or a value impossible.
    """
    known = {switch.name: switch for switch in SWITCHES.get(system, ())}
    for name, value in values.items():
        if name not in known:
            raise FaultError(
                f"unknown switch {name} of {system}; known: {', '.join(sorted(known))}"
            )
        if value is not None and (fault := known[name].fault(value)):
            raise FaultError(fault)


_THAI_NGUYEN: Final = Switch(
    "thainguyen_http", "ok", "HTTP status behind /thainguyen: 200 or as inside", ("ok", "same")
)
_POPULATION: Final = (
    _THAI_NGUYEN,
    Switch("timestamp_unit", "ms", "unit of the header Timestamp", ("ms", "s", "any")),
    Switch("headers", "none", "further headers that C06 demands", ("none", "xroad", "esb")),
    Switch("refused_status", 401, "HTTP status of wrong C06 credentials", (401, 403)),
    Switch(
        "children",
        "any",
        "child elements of a request qualified by the namespace, or not",
        ("any", "qualified", "unqualified"),
    ),
    Switch("order", "opencps", "order of the first elements", ("opencps", "spec", "any")),
    Switch(
        "identifiers",
        "one",
        "SoDinhDanh and SoCMND: exactly one filled, one or both, or both elements always there",
        ("one", "any", "both"),
    ),
    Switch("needs_agency", False, "MaDonVi is required"),
    Switch("birth_format", "any", "text inside NgayThangNam", ("any", "yyyyMMdd", "yyyy-MM-dd")),
    Switch("birth_shape", "any", "NgayThangNamSinh nested or flat", ("any", "nested", "flat")),
    Switch(
        "confirm_code",
        "any",
        "how XacThuc names its service: a code in MaTichHop, or the element MaDichVu",
        ("any", "003", "033", "MaDichVu"),
    ),
    Switch("confirm_needs_birth", False, "XacThuc wants a birth"),
    Switch("year_matches_date", True, "a bare year fits a full date"),
    Switch(
        "no_match",
        "",
        "shape of an answer without a citizen; empty: by the number",
        ("", "empty_collection", "empty_citizen", "empty_name"),
    ),
    Switch(
        "record_shape",
        "live",
        "a citizen's record as in the live sample, or as QCVN 109 has it",
        ("live", "qcvn109"),
    ),
    Switch("dongthap_expiry", "iso", "format of expiryDate (V-C)", ("iso", "epoch")),
    Switch(
        "dongthap_answer", "wrapped", "answer under its name or bare (V-C)", ("wrapped", "bare")
    ),
    Switch("dongthap_year", "any", "key of a bare year (V-C)", ("any", "nam", "ngayThangNam")),
    Switch("dongthap_code", "any", "maTichHop in the body (V-C)", ("any", "required", "refused")),
    Switch(
        "our_messages",
        "taken",
        "operations whose body nobody published: ours is taken, or refused as unknown",
        ("taken", "refused"),
    ),
    Switch("list_polls", 2, "GetRequestStatus calls until a list is done", doubt=False),
    Switch("list_fails", False, "lists end as failed", doubt=False),
    Switch("unlicensed_procedures", (), "MaDVC that the LGSP fronts refuse", doubt=False),
    Switch("unlicensed_officers", (), "MaCanBo that the LGSP fronts refuse", doubt=False),
)
_BUSINESS: Final = (
    _THAI_NGUYEN,
    Switch("opencps_encoding", "any", "body of /qldc/doanhnghiep", ("any", "form", "json")),
    Switch("span_days", 5, "longest span of danhSachHoSo in days"),
    Switch("span_inclusive", True, "both ends count among the days of the span"),
    Switch("data_count", "page", "DataCount is the page's length or the total", ("page", "total")),
    Switch("status_label", True, "ENTERPRISE_STATUS_NAME comes with the code"),
    Switch("gen2_auth", "ngsp", "authentication of generation 2", ("ngsp", "none")),
    Switch(
        "gen2_address", "list", "DiaChi of an enterprise (generation 2)", ("list", "object", "text")
    ),
    Switch(
        "cooperative_representative",
        "object",
        "DaiDienPhapLuat of a co-operative",
        ("object", "flat", "list"),
    ),
    Switch("dossiers_per_day", 0, "so many more dossiers on every day", doubt=False),
    Switch("page_overlap", 0, "rows by which a further page begins early", doubt=False),
)
_SOCIAL_INSURANCE: Final = (
    _THAI_NGUYEN,
    Switch("adapter_path", "any", "/apiBHXH/ with a version", ("any", "plain", "versioned")),
    Switch("not_found", "empty", "what nobody looks like", ("empty", "null", "object")),
    Switch("several", "list", "several matches: a list, or an errorCode", ("list", "error")),
    Switch(
        "status_values",
        "found_1",
        "trangThai of a find: 1 with an empty errorCode, or 0 with errorCode 0 (and 1 for nobody)",
        ("found_1", "found_0"),
    ),
    Switch(
        "household",
        "person",
        "household look-up of who shares one: a list of one, or the whole household",
        ("person", "members"),
    ),
    Switch("year_only_birth", "short", "ngaySinh of a year: 1948 or 19480000", ("short", "padded")),
    Switch("md5_case", "any", "letters of the gateway's MD5", ("any", "upper", "lower")),
    Switch("gateway_encoding", "any", "body of token/take", ("any", "form", "json")),
    Switch("card_encoding", "json", "body of the card check", ("json", "form", "any")),
    Switch("history_encoding", "form", "body of Lskcb2025", ("form", "json", "any")),
    Switch(
        "history_fields",
        "check",
        "Lskcb2025 wants the fields of the check, or the person's alone and refuses the officer's",
        ("check", "person"),
    ),
    Switch("gateway_secrets", "any", "where the four secrets stand", ("any", "query", "body")),
    Switch("gateway_birth", "any", "ngaySinh on the gateway", ("any", "slashed", "plain")),
    Switch("gateway_expiry", "iso", "format of expires_in, UTC", ("iso", "text")),
    Switch("card_history", "separate", "visits in the check itself or not", ("separate", "inline")),
    Switch(
        "unknown_visit", "null", "a visit nobody had: hoSoKCB null, or maKetQua", ("null", "050")
    ),
    Switch(
        "repeated_file",
        "new",
        "maGiaoDich of a file that was sent before",
        ("new", "same", "refused"),
    ),
)
_LAND: Final = (
    Switch("district", "zero", "HuyenId: 0 allowed, not, or null", ("zero", "real", "optional")),
    Switch("copies", "any", "type of SoBanChinh and SoBanSao", ("any", "number", "text")),
    Switch(
        "status_codes",
        "http",
        "status.code and status.type: 200/400 and words, or 1/0 and digits",
        ("http", "digits"),
    ),
    Switch("sex_type", "number", "gioiTinh in HoSoXml", ("number", "boolean")),
    Switch("callback_times", "z", "moments of callbacks", ("z", "naive", "local")),
    Switch("waiting_for_supplement", (), "SoBienNhan that wait for papers anyway", doubt=False),
)
_OPERATIONS_CENTRE: Final = (
    Switch("success_code", "rotate", "spelling of error_code 0", ("rotate", "number", "0", "00")),
    Switch("exists_code", "rotate", "error_code of a refused add", ("rotate", "0", "3", "-3")),
    Switch(
        "exists_text",
        "plain",
        "the sentence of a refused add",
        ("plain", "upper", "decomposed", "unmarked"),
    ),
    Switch(
        "repeated_step",
        "kept",
        "a progress step that came before is stored again, or refused as existing",
        ("kept", "refused"),
    ),
    Switch("session_minutes", 10, "life of a session"),
    Switch("dossiers_per_call", 0, "most dossiers in one call; 0: no limit"),
    Switch("steps_per_call", 0, "most steps in one call; 0: no limit"),
    Switch(
        "result_code_field",
        "any",
        "the code's name in DanhSachGiayToKetQua",
        ("any", "MaGiayToKetQua", "MaKetQua"),
    ),
    Switch("is_deleted", "any", "IsDeleted as False/True or 0/1", ("any", "text", "number")),
    Switch(
        "supplement_types", "any", "DanhSachHoSoBoSung all text or typed", ("any", "text", "typed")
    ),
    Switch("payment_3", False, "DuocThanhToanTrucTuyen may be 3"),
    Switch("list_keys", "suffix", "row keys of LayDanhMuc…", ("suffix", "short", "code")),
    Switch("proxy_result", "object", "the proxy's JSON text", ("object", "list")),
    Switch("store_requester", "officer", "whose number an officer sends", ("officer", "any")),
    Switch(
        "public_code", "code", "the code's key in the public catalogue", ("code", "codeNotation")
    ),
    Switch("payment_query", "string", "answer of QUERY", ("string", "object")),
    Switch("payment_clock", True, "ThoiGianGD is compared with the clock"),
    Switch("userinfo_birth", "yyyyMMdd", "birth in userinfo", ("yyyyMMdd", "dd/MM/yyyy")),
    Switch(
        "userinfo_absent", "empty", "keys without a value in userinfo", ("empty", "null", "missing")
    ),
    Switch(
        "score_reading",
        "portal",
        "index 766 as the portal's figures fit, or as the decision is written",
        ("portal", "text"),
    ),
    Switch("score_codes", "number", "codes of lines that no page names", ("number", "name")),
    Switch(
        "score_department_type",
        "any",
        "departmentType: any value, PROVINCE or MINISTRY, 2 or 1",
        ("any", "word", "digit"),
    ),
    Switch("score_first_page", 1, "number of the first page of the scores", (1, 0)),
    Switch("score_groups", "list", "groupScores", ("list", "object")),
    Switch("score_ratio", "percent", "ratio of a line", ("percent", "fraction")),
    Switch("score_nothing", "zero", "a line with nothing to count", ("zero", "null")),
    Switch("score_numbers", "number", "figures of the scores", ("number", "text")),
    Switch(
        "score_old_service",
        "any",
        "where /jsp/rest.jsp finds its service: in params, or a form field of its own",
        ("any", "params", "field"),
    ),
    Switch(
        "score_old_shape",
        "object",
        "answer of /jsp/rest.jsp: the province alone, or a row per province",
        ("object", "list"),
    ),
    Switch("score_access", "open", "the public scores, or 403", ("open", "closed")),
    Switch("score_calls_per_minute", 0, "calls of the scores in a minute, then 429; 0: no limit"),
)

SWITCHES: Final[Mapping[str, tuple[Switch, ...]]] = {
    "population": _POPULATION,
    "business": _BUSINESS,
    "social_insurance": _SOCIAL_INSURANCE,
    "land": _LAND,
    "operations_centre": _OPERATIONS_CENTRE,
}
"""Every switch, by system."""
