"""Places through time: an address on an old paper against today's."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import InvalidPlaceData, Likeness
from lienthong.identity.places import Level, PlaceHistory

BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)
NOW = date(2026, 11, 1)
OLD = date(2015, 5, 1)


@pytest.fixture(scope="module")
def places() -> PlaceHistory:
    return PlaceHistory.load()


def test_counts_are_those_of_the_law(places: PlaceHistory) -> None:
    """63 provinces, 696 districts and 10,035 communes until 30 June 2025; 34 and 3,321 since, and no district."""
    before, after = places.at(BEFORE), places.at(AFTER)
    assert [len(before.units(level)) for level in Level] == [63, 696, 10_035]
    assert [len(after.units(level)) for level in Level] == [34, 0, 3_321]


def test_every_province_of_today_knows_what_it_was_made_of(places: PlaceHistory) -> None:
    """The 34 have all 63 as predecessors, each once; 11 stayed as they were (resolution 202/2025/QH15)."""
    today = places.at(NOW).units(Level.PROVINCE)
    made_of = {unit.name: places.predecessors(unit, Level.PROVINCE, BEFORE) for unit in today}
    old = [link.place for links in made_of.values() for link in links]
    assert len(old) == len(set(old)) == 63
    assert Counter(len(links) for links in made_of.values()) == {1: 11, 2: 17, 3: 6}
    assert {link.place.name for link in made_of["Tỉnh Hưng Yên"]} == {
        "Tỉnh Hưng Yên",
        "Tỉnh Thái Bình",
    }


def test_hung_yen_is_complete_at_the_level_of_communes(places: PlaceHistory) -> None:
    """104 communes and wards (93 and 11) made of 381, of which three were divided (resolution 1666/NQ-UBTVQH15)."""
    (province,) = places.at(NOW).find("Hưng Yên", Level.PROVINCE)
    units = places.at(NOW).units(Level.COMMUNE, province)
    assert Counter(unit.name.split()[0] for unit in units) == {"Xã": 93, "Phường": 11}
    links = [link for unit in units for link in places.predecessors(unit, Level.COMMUNE, BEFORE)]
    assert len({link.place for link in links}) == 381
    assert {link.place.name for link in links if not link.whole} == {
        "Xã Ngọc Thanh",
        "Xã Đình Dù",
        "Xã Lạc Đạo",
    }


def test_no_commune_is_left_without_successor_or_predecessor(places: PlaceHistory) -> None:
    """Every commune of 30 June 2025 leads to one of today, and every one of today to one of then."""
    old, new = places.at(BEFORE).units(Level.COMMUNE), places.at(AFTER).units(Level.COMMUNE)
    reached = {link.place for unit in old for link in places.successors(unit, Level.COMMUNE, AFTER)}
    assert all(places.successors(unit, Level.COMMUNE, NOW) for unit in old)
    # Special zones were island districts without communes.
    assert {unit.name.split()[0] for unit in set(new) - reached} <= {"Đặc"}


def test_every_row_has_a_source_and_its_links_their_day(places: PlaceHistory) -> None:
    """Rows name a text; what a resolution made begins on a day not before that resolution is in force."""
    for level in Level:
        for unit in places.at(NOW).units(level):
            assert unit.source.title_vi
            if unit.since and not unit.source.key.startswith("gso"):
                assert unit.since >= unit.source.in_force
    assert places.sources["nq-1666-2025"].seen == "text"


SAME = [
    # what the paper says, its day, what today's says
    (
        "Thôn Đông, xã Thủ Sỹ, huyện Tiên Lữ, tỉnh Hưng Yên",
        OLD,
        "Thôn Đông, xã Tân Hưng, tỉnh Hưng Yên",
    ),
    ("Thủ Sỹ, Tiên Lữ, Hưng Yên", OLD, "Tân Hưng, Hưng Yên"),
    ("Thủ Sỹ - Tiên Lữ - Hưng Yên", OLD, "X. Tân Hưng, T. Hưng Yên"),
    ("thu sy, tien lu, hung yen", OLD, "xa tan hung, tinh hung yen"),
    ("THỦ SĨ, TIÊN LỮ, HƯNG YÊN, VIỆT NAM", OLD, "Xã Tân Hưng, Hưng Yên"),
    ("xã Phương Chiểu huyện Tiên Lữ tỉnh Hưng Yên", date(2010, 1, 1), "xã Tân Hưng, Hưng Yên"),
    ("xã Thụy Tân, huyện Thái Thụy, Thái Bình", OLD, "Xã Đông Thụy Anh, tỉnh Hưng Yên"),
    ("xã Thuỵ Tân, huyện Thái Thuỵ, Thái Bình", OLD, "Xã Đông Thụy Anh, tỉnh Hưng Yên"),
    ("TT. Diêm Điền, H. Thái Thụy, Thái Bình", OLD, "xã Thái Thụy, Hưng Yên"),
    ("P. Quang Trung, TP. Hưng Yên, Hưng Yên", OLD, "P. Phố Hiến, Hưng Yên"),
    ("phường Trần Lãm, TP Thái Bình, Thái Bình", OLD, "phường Trần Lãm, Hưng Yên"),
    ("Phường 12, Quận Gò Vấp, TP.HCM", OLD, "Phường An Hội Tây, Thành phố Hồ Chí Minh"),
    ("P12, Q.Gò Vấp, TPHCM", OLD, "Phường An Hội Tây, TP Hồ Chí Minh"),
    ("Phường 5, Vũng Tàu, Bà Rịa - Vũng Tàu", OLD, "Phường Vũng Tàu, TP. Hồ Chí Minh"),
    ("phường Vĩnh Ninh, TP Huế, Thừa Thiên Huế", OLD, "phường Thuận Hóa, Huế"),
    ("thị trấn Long Thành, Long Thành, Đồng Nai", OLD, "phường Long Thành, TP Đồng Nai"),
    ("huyện Lý Sơn, Quảng Ngãi", OLD, "Đặc khu Lý Sơn, Quảng Ngãi"),
    ("Thái Bình", OLD, "Tỉnh Hưng Yên"),
    # Written today with the old names, as many still do.
    ("xã Thủ Sỹ, huyện Tiên Lữ, Hưng Yên", NOW, "xã Tân Hưng, Hưng Yên"),
]


@pytest.mark.parametrize(("old", "day", "new"), SAME)
def test_an_old_address_equals_todays(places: PlaceHistory, old: str, day: date, new: str) -> None:
    """The unit on the old paper went wholly into today's: the same, whichever side comes first, with the reason."""
    match = places.same_place(old, day, new, NOW)
    assert (match.same, match.rule) == (Likeness.SAME, "joined"), match
    assert "nay thuộc" in match.sentence_vi
    assert "resolution" in match.sentence_en.lower()
    assert places.same_place(new, NOW, old, day).rule == "joined"


NOT_SAME = [
    ("xã Ngọc Thanh, Kim Động, Hưng Yên", OLD, "xã Hiệp Cường, Hưng Yên", NOW, "divided"),
    ("Hải Hưng", date(1990, 1, 1), "Hưng Yên", date(2000, 1, 1), "divided"),
    ("Thái Bình", OLD, "xã Đông Thụy Anh, Hưng Yên", NOW, "coarser"),
    ("Thái Thụy, Thái Bình", OLD, "xã Đông Thụy Anh, Hưng Yên", NOW, "coarser"),
    ("Tiên Lữ, Hưng Yên", OLD, "xã Đông Thụy Anh, Hưng Yên", NOW, "other_place"),
    ("xã Thủ Sỹ, Tiên Lữ, Hưng Yên", OLD, "xã Tiên Lữ, Hưng Yên", NOW, "other_place"),
    # Both go into Tân Hưng later, but were two places while both stood.
    (
        "Thủ Sỹ, Tiên Lữ, Hưng Yên",
        OLD,
        "Phương Nam, TP Hưng Yên, Hưng Yên",
        date(2025, 2, 1),
        "other_place",
    ),
    (
        "Thôn Đông, Thủ Sỹ, Tiên Lữ, Hưng Yên",
        OLD,
        "Thôn Tây, xã Tân Hưng, Hưng Yên",
        NOW,
        "detail_differs",
    ),
    ("xã Tân Hưng", NOW, "xã Tân Hưng, Hưng Yên", NOW, "ambiguous"),
    ("xã Không Có, Hưng Yên", OLD, "xã Tân Hưng, Hưng Yên", NOW, "coarser"),
    ("Đâu Đó", OLD, "xã Tân Hưng, Hưng Yên", NOW, "not_found"),
    ("", None, "", None, "not_found"),
    ("Hà Nội", NOW, "Hưng Yên", NOW, "other_place"),
]


@pytest.mark.parametrize(("a", "on_a", "b", "on_b", "rule"), NOT_SAME)
def test_what_a_clerk_must_look_at_is_not_the_same(
    places: PlaceHistory, a: str, on_a: date | None, b: str, on_b: date | None, rule: str
) -> None:
    """Divided units, coarser addresses, other hamlets, names of several places: each by its rule, none accepted."""
    match = places.same_place(a, on_a, b, on_b)
    assert match.rule == rule, match
    assert not match.same
    assert match.sentence_vi.endswith(".")


def test_equal_addresses_are_one_unit(places: PlaceHistory) -> None:
    """The same words, or the same unit in other spelling, need no history."""
    match = places.same_place("Xã Tân Hưng, tỉnh Hưng Yên", NOW, "tân hưng, HƯNG YÊN", NOW)
    assert (match.same, match.rule, match.score) == (Likeness.SAME, "same_unit", 1.0)


def test_codes_of_closed_units_stay_right_on_old_papers(places: PlaceHistory) -> None:
    """A closed code is valid on the day of the paper and explained after it; an unknown one is neither."""
    on_paper = places.check_code("34", Level.PROVINCE, OLD)
    assert on_paper.valid
    today = places.check_code("34", Level.PROVINCE, NOW)
    assert not today.valid
    assert "01/07/2025" in today.sentence_vi
    assert "tỉnh Hưng Yên" in today.sentence_vi
    assert "không còn cấp này" in places.check_code("332", Level.DISTRICT, NOW).sentence_vi
    assert places.check_code("99999", Level.COMMUNE, NOW).place is None


def test_a_code_given_again_means_the_unit_of_the_day(places: PlaceHistory) -> None:
    """11977 was Hồng Nam, then Phương Nam, and is Tân Hưng today."""
    names = [
        unit.name
        for day in (date(2020, 1, 1), date(2025, 1, 1), NOW)
        if (unit := places.check_code("11977", Level.COMMUNE, day).place)
    ]
    assert names == ["Xã Hồng Nam", "Xã Phương Nam", "Xã Tân Hưng"]


def test_history_reaches_over_several_changes(places: PlaceHistory) -> None:
    """Today's Tân Hưng goes back through 2024 and 2013, and forward again, with every text on the way."""
    back = places.predecessors("11977", Level.COMMUNE, date(2012, 1, 1))
    assert {link.place.name for link in back} == {
        "Xã Thủ Sỹ",
        "Xã Hồng Nam",
        "Xã Tân Hưng",
        "Xã Phương Chiểu",
    }
    (link,) = places.successors("12382", Level.COMMUNE, NOW)
    assert link.whole
    assert len(places.successors("Tỉnh Hải Hưng", Level.PROVINCE, date(2000, 1, 1))) == 2


def test_provinces_alone_load_without_communes() -> None:
    """``down_to`` leaves the long lists unread."""
    history = PlaceHistory.load(down_to=Level.PROVINCE)
    assert len(history.at(NOW).units(Level.PROVINCE)) == 34
    assert history.at(NOW).units(Level.COMMUNE) == []


def _folder(tmp_path: Path, **files: str) -> Path:
    texts = {
        "sources.toml": '[s]\ntitle_vi = "a"\ntitle_en = "b"\nin_force = 2025-07-01\nseen = "text"\n',
        "provinces.csv": "code,name,parent,from,until,source\n01,Tỉnh Một,,,2025-07-01,s\n02,Tỉnh Hai,,2025-07-01,,s\n",
        "districts.csv": "code,name,parent,from,until,source\n",
        "communes.csv": "code,name,parent,from,until,source\n",
        "changes.csv": "level,on,old,new,share,source\nprovince,2025-07-01,01,02,whole,s\n",
    } | files
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_folder_with_other_lists_is_read(tmp_path: Path) -> None:
    """The loader takes any folder with the same files."""
    history = PlaceHistory.load(_folder(tmp_path))
    assert history.same_place("Tỉnh Một", OLD, "Tỉnh Hai", NOW).rule == "joined"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("provinces.csv", "code,name\n", "provinces.csv, line 1"),
        ("provinces.csv", "code,name,parent,from,until,source\n01,X,,,,unknown\n", "line 2"),
        ("provinces.csv", "code,name,parent,from,until,source\n01,X,,2025-13-01,,s\n", "line 2"),
        (
            "provinces.csv",
            "code,name,parent,from,until,source\n01,X,,2025-02-01,2025-01-01,s\n",
            "line 2",
        ),
        ("provinces.csv", "code,name,parent,from,until,source\n01,X\n", "6 columns"),
        (
            "changes.csv",
            "level,on,old,new,share,source\nprovince,2025-07-01,01,99,whole,s\n",
            "line 2",
        ),
        ("changes.csv", "level,on,old,new,share,source\nprovince,,01,02,whole,s\n", "line 2"),
        (
            "changes.csv",
            "level,on,old,new,share,source\nstreet,2025-07-01,01,02,whole,s\n",
            "line 2",
        ),
        ("sources.toml", "[s\n", "sources.toml"),
        ("sources.toml", "[s]\nother = 1\n", "sources.toml"),
    ],
)
def test_wrong_lists_are_refused_by_file_and_line(
    tmp_path: Path, file: str, text: str, said: str
) -> None:
    """A list that contradicts itself names the file, the line and what to do."""
    with pytest.raises(InvalidPlaceData, match=said):
        PlaceHistory.load(_folder(tmp_path, **{file: text}))


def test_a_missing_list_is_refused(tmp_path: Path) -> None:
    """A folder without the files is a typed error."""
    with pytest.raises(InvalidPlaceData):
        PlaceHistory.load(tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_any_text_is_answered(text: str, day: date) -> None:
    """Whatever is typed, a verdict comes back and nothing is raised."""
    history = PlaceHistory.load(down_to=Level.PROVINCE)
    assert history.same_place(text, day, "Hưng Yên", NOW).rule


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_full_name_is_found_again(data: st.DataObject) -> None:
    """The full name of any unit leads back to it on a day on which it stood."""
    history = _SHARED
    unit = data.draw(st.sampled_from(_UNITS))
    day = unit.until and date.fromordinal(unit.until.toordinal() - 1)
    found = history.locate(history.full_name(unit), day or NOW)
    assert unit in found.places


_SHARED = PlaceHistory.load()
_UNITS = _SHARED.at(BEFORE).units(Level.COMMUNE) + _SHARED.at(NOW).units(Level.COMMUNE)
