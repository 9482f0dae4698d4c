"""Code lists of the land records, loaded from ``codes/*.toml`` (insurance page §4.4).

The lists are older than circular 08/2024, whose changes were not found: a code that they lack is described as unknown,
with a warning for the desk, and never refused.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "codes"
CODE_LISTS: Final = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
"""Names of the lists: ``land_use``, ``planning``, ``certificate_types``, ``origins``, ``owner_types``, ``asset_types`` …"""


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What a code means; an unknown one has no meaning but a warning."""

    code: str
    vi: str = ""
    en: str = ""
    warning_vi: str = ""
    warning_en: str = ""

    @property
    def known(self) -> bool:
        """Whether the list has the code."""
        return not self.warning_en


@cache
def codes(name: str) -> dict[str, CodeMeaning]:
    """A whole list, by code. Planned purposes include the land-use purposes.

    Raises:
        KeyError: There is no such list; ``CODE_LISTS`` names them.
    """
    if name not in CODE_LISTS:
        raise KeyError(f"there is no code list {name!r}; there are {', '.join(CODE_LISTS)}")
    table = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    found = {code: CodeMeaning(code, vi, en) for code, (vi, en) in table.items()}
    return codes("land_use") | found if name == "planning" else found


def describe(name: str, code: str) -> CodeMeaning:
    """What a code of a list means, case and spaces aside. Raises as :func:`codes`."""
    wanted = code.strip().upper()
    return codes(name).get(wanted) or CodeMeaning(
        wanted,
        warning_vi=f"Mã {wanted!r} không có trong danh mục đã biết; đề nghị đối chiếu với giấy tờ.",
        warning_en=f"the code {wanted!r} is not in the known list {name}; compare with the paper",
    )
