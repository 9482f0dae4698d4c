"""What the desk reads about places, in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from lienthong.identity._matches import Likeness
from lienthong.identity.places._model import Place, PlaceMatch, Source, Succession

__all__ = ["Rule", "check_sentences", "match"]


class Rule(StrEnum):
    """Rules of ``PlaceHistory.same_place``, in the order of their strength."""

    SAME_UNIT = "same_unit"
    JOINED = "joined"
    DETAIL_DIFFERS = "detail_differs"
    COARSER = "coarser"
    DIVIDED = "divided"
    AMBIGUOUS = "ambiguous"
    OTHER_PLACE = "other_place"
    NOT_FOUND = "not_found"


# Verdict and score; every "same" scores at least 0.9, as with names.
_VERDICTS: Final = {
    Rule.SAME_UNIT: (Likeness.SAME, 1.0),
    Rule.JOINED: (Likeness.SAME, 0.95),
    Rule.DETAIL_DIFFERS: (Likeness.SIMILAR, 0.8),
    Rule.COARSER: (Likeness.SIMILAR, 0.75),
    Rule.DIVIDED: (Likeness.SIMILAR, 0.7),
    Rule.AMBIGUOUS: (Likeness.SIMILAR, 0.6),
    Rule.OTHER_PLACE: (Likeness.DIFFERENT, 0.0),
    Rule.NOT_FOUND: (Likeness.UNKNOWN, 0.0),
}


def match(
    rule: Rule,
    older: str = "",
    newer: str = "",
    since: date | None = None,
    sources: Sequence[Source] = (),
) -> PlaceMatch:
    """Return the verdict of a rule with its sentences; ``older`` and ``newer`` are full names."""
    same, score = _VERDICTS[rule]
    vietnamese, english = _sentences(rule, older, newer, since, sources)
    return PlaceMatch(same, rule.value, score, vietnamese, english)


def _sentences(
    rule: Rule, older: str, newer: str, since: date | None, sources: Sequence[Source]
) -> tuple[str, str]:
    day = f"{since:%d/%m/%Y}" if since else ""
    by_vi = "; ".join(source.title_vi for source in sources)
    by_en = "; ".join(source.title_en for source in sources)
    match rule:
        case Rule.SAME_UNIT:
            return (
                f"Hai địa chỉ cùng một đơn vị hành chính: {newer}.",
                f"Both addresses lie in one unit: {newer}.",
            )
        case Rule.JOINED:
            return (
                f"{older} nay thuộc {_small(newer)}, từ ngày {day} ({by_vi}).",
                f"{older} is part of {newer} since {day} ({by_en}).",
            )
        case Rule.DETAIL_DIFFERS:
            return (
                f"Cùng {_small(older)} nhưng số nhà, đường hoặc thôn khác nhau; hãy đối chiếu với giấy tờ.",
                f"Both lie in {older} but house, street or hamlet differ; compare with the papers.",
            )
        case Rule.COARSER:
            return (
                "Một bên chỉ ghi cấp tỉnh hoặc cấp huyện; phần chung khớp, hãy xem thêm giấy tờ khác.",
                "One side names only the province or district; what both know agrees, so look at other papers too.",
            )
        case Rule.DIVIDED:
            return (
                f"{older} đã được chia, một phần thuộc {_small(newer)} ({by_vi}); hãy đối chiếu thôn hoặc số nhà.",
                f"{older} was divided and partly joined {newer} ({by_en}); compare hamlet or house number.",
            )
        case Rule.AMBIGUOUS:
            return (
                "Tên này có ở nhiều nơi; hãy ghi thêm xã, huyện, tỉnh.",
                "Several units bear this name; add commune, district and province.",
            )
        case Rule.OTHER_PLACE:
            return (
                f"Hai địa chỉ ở hai nơi khác nhau: {_small(older)} và {_small(newer)}; hãy đối chiếu với giấy tờ.",
                f"The addresses lie in different places: {older} and {newer}; compare with the papers.",
            )
    return (
        "Không tìm thấy tên địa danh trong danh mục; hãy ghi đủ xã, huyện (nếu có), tỉnh.",
        "The place is not in the lists; write commune, district (if any) and province.",
    )


def check_sentences(
    place: Place | None,
    full_name: str,
    heirs: Sequence[str],
    links: Sequence[Succession],
    on: date,
) -> tuple[str, str]:
    """Say what a code means on a day; ``heirs`` are the full names of what stands there later, ``links`` the same links."""
    if place is None:
        return (
            "Mã này không có trong danh mục đơn vị hành chính; hãy đối chiếu với giấy tờ.",
            "This code is not in the list of units; compare with the paper.",
        )
    vi, en = f"{full_name}: ", f"{full_name}: "
    if place.stands(on):
        vi, en = vi + "mã có hiệu lực vào ngày đó", en + "in force on that day"
    elif place.until is not None and place.until <= on:
        vi += f"mã đã đóng từ ngày {place.until:%d/%m/%Y}, vẫn đúng trên giấy tờ cấp trước ngày đó"
        en += f"closed since {place.until:%d/%m/%Y}, still right on papers of the time before"
    else:
        vi += f"mã chỉ có từ ngày {place.since:%d/%m/%Y}"
        en += f"in force only since {place.since:%d/%m/%Y}"
    moved = [name for name, link in zip(heirs, links, strict=True) if link.place is not place]
    if moved:
        parts = "một phần " if len(moved) > 1 else ""
        vi += "; nay thuộc " + " và ".join(parts + _small(name) for name in moved)
        en += "; today " + ("parts of " if len(moved) > 1 else "in ") + " and ".join(moved)
    elif not heirs and place.until is not None:
        vi += "; nay không còn cấp này"
        en += "; this level exists no more"
    return vi + ".", en + "."


def _small(name: str) -> str:
    return name[0].lower() + name[1:]
