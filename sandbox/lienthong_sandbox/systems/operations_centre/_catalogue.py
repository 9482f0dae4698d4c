"""The national TTHC database as the hub serves it: catalogue files in, upper-case rows out.

The files are the project's own (one TOML file per procedure); the rows have the keys of hub page §3.1. Keys whose
content no file holds are sent empty, as the real database does for procedures that lack them. What is served can be changed
while the hub runs (``PUT /-/catalogue`` of the admin port), as the nation changes it between two syncs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from ._files import link

Row = dict[str, Any]

# Codes of the implementing level are not published; these are ours. Districts (3) ended on 1 July 2025.
LEVELS: Final = {
    "ministry": ("1", "Cấp Bộ"),
    "province": ("2", "Cấp Tỉnh"),
    "commune": ("4", "Cấp Xã"),
}
# Hub page §2.4, LoaiDoiTuong.
APPLICANTS: Final = {
    "citizen": ("1", "Công dân"),
    "business": ("2", "Doanh nghiệp"),
    "state_agency": ("3", "Cơ quan nhà nước"),
    "organisation": ("4", "Tổ chức khác"),
}


_COUNTER_FEE: Final = "20000"
_ONLINE_FEE: Final = "10000"


class Catalogue:
    """All procedures of a catalogue folder, by national code.

    Args:
        folder: Folder of TOML files; ``None`` for a hub that knows no procedures and therefore accepts any code.
            Files without a top-level ``code`` (rules, tables) are not procedures and are passed over.

    Raises:
        ValueError: A file is not TOML, lacks a name, or two files hold the same code; the message names the file.
    """

    def __init__(self, folder: Path | None) -> None:
        self._files: dict[str, Mapping[str, Any]] = {}
        self.given = folder is not None
        for path in sorted(folder.glob("*.toml")) if folder is not None else ():
            self._load(path)
        self._procedures = dict(self._files)
        self._changes: dict[str, Mapping[str, Any]] = {}

    def change(self, code: str, fields: Mapping[str, Any]) -> None:
        """Replaces fields of a procedure from now on, or adds a new one.

        Small letters are fields of a catalogue file (``name``, ``components`` …); capitals (``TRANGTHAI`` …) are put into the
        rows on the wire as they are.

        Raises:
            ValueError: The procedure would have no name.
        """
        changed = {**self._procedures.get(code, {}), **fields, "code": code}
        if not isinstance(changed.get("name"), str) or not changed["name"]:
            raise ValueError("a new procedure needs a name")
        for lists in ("components", "results"):
            rows = changed.get(lists, [])
            if not isinstance(rows, list) or not all(_has_code_and_name(row) for row in rows):
                raise ValueError(f"{lists} must be a list of tables with code and name")
        self._procedures[code] = changed
        self._changes[code] = {**self._changes.get(code, {}), **fields}

    def generate(self, count: int) -> None:
        """Adds so many procedures ``9.000001`` …: to try lists as long as the nation's, and longer."""
        for number in range(1, count + 1):
            code = f"9.{number:06d}"
            self._procedures[code] = {"code": code, "name": f"Thủ tục mẫu số {number}"}

    def hide(self, code: str) -> None:
        """Takes a procedure out of the catalogue; nothing happens when it is not there."""
        self._procedures.pop(code, None)
        self._changes.pop(code, None)

    def reset(self) -> None:
        """Serves the files as they are again."""
        self._procedures = dict(self._files)
        self._changes = {}

    def changed(self) -> dict[str, Any]:
        """What differs from the files: fields by code, hidden codes, and how many procedures there are."""
        hidden = sorted(self._files.keys() - self._procedures.keys())
        return {"changed": self._changes, "hidden": hidden, "procedures": len(self)}

    def _load(self, path: Path) -> None:
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"catalogue file {path.name} is not TOML: {error}") from error
        code = content.get("code")
        if code is None:
            return
        if not isinstance(code, str) or not content.get("name"):
            raise ValueError(f"catalogue file {path.name}: 'code' and 'name' must be given as text")
        if code in self._files:
            raise ValueError(
                f"catalogue file {path.name}: procedure {code} is already in another file"
            )
        self._files[code] = content

    def __contains__(self, code: str) -> bool:
        return code in self._procedures

    def __len__(self) -> int:
        return len(self._procedures)

    def has_field_code(self, code: str) -> bool:
        """Whether the catalogue holds a field code (MALINHVUC) for a procedure."""
        return bool(self._procedures.get(code, {}).get("field_code"))

    def rows(self) -> list[Row]:
        """The rows of ``LayDanhSachTTHC``: one short row per procedure, in the order of their codes."""
        return [_head(self._procedures[code]) for code in sorted(self._procedures)]

    def procedure(self, code: str) -> Row | None:
        """The full row of ``LayThuTuc``, or ``None`` when the national code is unknown."""
        found = self._procedures.get(code)
        return None if found is None else _full(found)

    def result_codes(self, code: str) -> list[str]:
        """Every MAKETQUA of a procedure."""
        return [str(result["code"]) for result in self._procedures.get(code, {}).get("results", ())]

    def decision(self, number: str) -> Row | None:
        """One publication decision by its IDQUYETDINHCONGBO, with its procedures (row keys ours)."""
        found = [
            procedure
            for procedure in self._procedures.values()
            if procedure.get("decision") and _identifier(str(procedure["decision"])) == number
        ]
        if not found:
            return None
        return {
            "IDQUYETDINHCONGBO": number,
            "QUYETDINH": str(found[0]["decision"]),
            "MACOQUANCONGBO": str(found[0].get("ministry", "")),
            "DANHSACHTTHC": [
                {"MATTHC": procedure["code"], "TENTTHC": procedure["name"]} for procedure in found
            ],
        }

    def decisions(self) -> list[tuple[str, str]]:
        """Every publication decision: identifier and name."""
        names = {
            str(found["decision"]) for found in self._procedures.values() if found.get("decision")
        }
        return sorted((_identifier(name), name) for name in names)

    def fees(self) -> list[tuple[str, str, str]]:
        """Every fee: MAPHILEPHI, name, SOTIEN at the counter."""
        return [
            (_fee_code(found), f"Lệ phí {found['name']}", _COUNTER_FEE)
            for code, found in sorted(self._procedures.items())
            if found.get("fee")
        ]

    def by_field(self, field_code: str) -> list[Row]:
        """The procedures of one field, short."""
        return [
            {"MATTHC": row["MATTHC"], "TENTTHC": row["TENTTHC"]}
            for row in self.rows()
            if row["MALINHVUC"] == field_code
        ]

    def fields(self) -> list[Row]:
        """The rows of ``LayDanhMucLinhVuc``, from the procedures that publish a field code."""
        rows = {
            str(found["field_code"]): {
                "MALINHVUC": str(found["field_code"]),
                "TENLINHVUC": str(found.get("field_name", "")),
                "MANGANH": str(found.get("ministry", "")),
            }
            for found in self._procedures.values()
            if found.get("field_code")
        }
        return [rows[code] for code in sorted(rows)]


def _has_code_and_name(row: object) -> bool:
    return isinstance(row, Mapping) and all(
        isinstance(row.get(key), str) for key in ("code", "name")
    )


def _on_wire(found: Mapping[str, Any]) -> Row:
    """What a change puts into the rows as it is."""
    return {key: value for key, value in found.items() if key.isupper()}


def _head(found: Mapping[str, Any]) -> Row:
    row = {
        "ID": _identifier(found["code"]),
        "MATTHC": found["code"],
        "TENTTHC": found["name"],
        "MACOQUANCONGBO": str(found.get("ministry", "")),
        "MALINHVUC": str(found.get("field_code", "")),
        "TENLINHVUC": str(found.get("field_name", "")),
        "TRANGTHAI": "1",
    }
    return row | {key: value for key, value in _on_wire(found).items() if key in row}


def _full(found: Mapping[str, Any]) -> Row:
    decision = str(found.get("decision", ""))
    return {
        "ID": _identifier(found["code"]),
        "MATTHC": found["code"],
        "TENTTHC": found["name"],
        "MACOQUANCONGBO": str(found.get("ministry", "")),
        "LOAITTHC": "",
        "QUYETDINH": decision,
        "IDQUYETDINHCONGBO": _identifier(decision) if decision else "",
        "TRANGTHAI": "1",
        "YEUCAU": "",
        "TUKHOA": "",
        "MOTA": "",
        "DIACHITIEPNHAN": "",
        "TRINHTUTHUCHIEN": [],
        "CAPTHUCHIEN": [
            {"CAPTHUCHIEN": code, "TENCAP": name}
            for code, name in _known(LEVELS, found.get("level"))
        ],
        "LINHVUCTHUCHIEN": [
            {
                "MALINHVUC": str(found.get("field_code", "")),
                "TENLINHVUC": str(found.get("field_name", "")),
            }
        ],
        "CACHTHUCTHUCHIEN": _ways(found),
        "DOITUONGTHUCHIEN": [
            {"MADOITUONG": code, "TENDOITUONG": name}
            for code, name in _known(APPLICANTS, found.get("applicant"))
        ],
        "THANHPHANHOSO": [
            *_components(found.get("components", ())),
            *({"TRUONGHOP": case, "GIAYTO": []} for case in found.get("cases", ())),
        ],
        "KETQUATHUCHIEN": [
            {
                "MAKETQUA": str(result["code"]),
                "TENKETQUA": str(result["name"]),
                "TENTEP": "",
                "URL": "",
            }
            for result in found.get("results", ())
        ],
        "CANCUPHAPLY": [],
        "COQUANTHUCHIEN": [],
        "COTHAMQUYEN": [],
        "DUOCUYQUYEN": [],
        "PHOIHOP": [],
        "TTHCLIENQUAN": [],
        "TTHCLIENTHONG": [],
        **_on_wire(found),
    }


def _components(components: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The papers grouped by TRUONGHOP, in the order in which the file names the cases."""
    order = list(dict.fromkeys(str(paper.get("case", "")) for paper in components))
    by_case = sorted(components, key=lambda paper: order.index(str(paper.get("case", ""))))
    return [
        {"TRUONGHOP": case, "GIAYTO": [_paper(paper) for paper in papers]}
        for case, papers in groupby(by_case, key=lambda paper: str(paper.get("case", "")))
    ]


def _paper(paper: Mapping[str, Any]) -> Row:
    return {
        "MAGIAYTO": str(paper["code"]),
        "TENGIAYTO": str(paper["name"]),
        # How several result codes share this one text key is not published; a comma is ours.
        "MA_KQ_THAYTHE": ",".join(str(code) for code in paper.get("replaced_by", ())),
        "SOBANCHINH": str(paper.get("originals", 0)),
        "SOBANSAO": str(paper.get("copies", 0)),
        "TENMAUDON": str(paper.get("form", "")),
        "URL": link(f"form:{paper['code']}") if paper.get("form") else "",
    }


def _ways(found: Mapping[str, Any]) -> list[Row]:
    """KENH 1 counter, 2 online, 3 post (hub page §2.4); online only where the procedure is offered so."""
    days = found.get("working_days")
    online = found.get("online") in {"full", "partial"}
    return [
        {
            "KENH": channel,
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": "" if days is None else str(days),
                    "DONVITINH": "" if days is None else "Ngày làm việc",
                    "MOTA": "",
                    "PHILEPHI": _fees(found, channel),
                }
            ],
        }
        for channel in ("1", "2", "3")
        if online or channel != "2"
    ]


def _fees(found: Mapping[str, Any], channel: str) -> list[Row]:
    """The files say only whether there is a fee; code and amounts are the sandbox's, online at half the price."""
    if not found.get("fee"):
        return []
    return [
        {
            "MAPHILEPHI": _fee_code(found),
            "SOTIEN": _ONLINE_FEE if channel == "2" else _COUNTER_FEE,
            "DONVI": "Đồng",
            "MOTA": "Mức thu mẫu",
            "TENTEP": "",
            "URL": "",
        }
    ]


def _fee_code(found: Mapping[str, Any]) -> str:
    return f"LP-{found['code']}"


def _known(table: Mapping[str, tuple[str, str]], names: object) -> list[tuple[str, str]]:
    return [table[name] for name in names if name in table] if isinstance(names, list) else []


def _identifier(text: str) -> str:
    """A stable number for a row: the real database has ids of its own, unknown to the files."""
    return str(sum((place + 1) * ord(letter) for place, letter in enumerate(text)))
