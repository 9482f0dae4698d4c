"""Answers of the business registration database, trap by trap (population page B2)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    CallFailed,
    OrganisationRecord,
    ReplyUnreadable,
    SystemFault,
    WireReply,
)
from lienthong_connectors.business._replies import read_organisations

CODE = EnterpriseCode("0990001015")
MAIN: dict[str, Any] = {"ENTERPRISE_GDT_CODE": "0990001015", "NAME": "CÔNG TY MẪU"}


def read(content: Any, code: EnterpriseCode | None = CODE) -> list[OrganisationRecord]:
    """The records of an answer."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_organisations(
        WireReply(200, {}, body), code, system="business", service="chiTietDoanhNghiep"
    )


def one(main: dict[str, Any] | None = None, **blocks: Any) -> OrganisationRecord:
    """The one record of a successful answer."""
    data = {"MainInformation": {**MAIN, **(main or {})}, **blocks}
    [record] = read({"Data": data, "DataCount": 1, "Status": "1", "Message": "success"})
    return record


def test_all_fields() -> None:
    """Every field finds its place, area codes get their zeros back, dates are dd/MM/yyyy."""
    record = one(
        {
            "ENTERPRISE_ID": 7, "IMP_BUSINESS_CODE": "0502000001", "ENTERPRISE_TYPE_ID": 2,
            "ENTERPRISE_TYPE_NAME": "Công ty TNHH", "SHORT_NAME": "MAU", "NAME_F": "SAMPLE CO",
            "FOUNDING_DATE": "05/09/2015", "LAST_AMEND_DATE": "31/12/2024", "ENTERPRISE_STATUS": 1,
            "ENTERPRISE_STATUS_NAME": "Đang hoạt động", "CAPITAL_AMOUNT": 1500000000.5,
        },
        HOAdress={"CityID": 1, "DistrictID": 2, "WardID": 70, "StreetNumber": "Số 1",
                  "AddressFullText": "Số 1, Hà Nội"},
        BusinessActivity=[{"CODE": "4711", "NAME": "Bán lẻ", "IS_MAIN": "Y"},
                          {"CODE": "0111", "NAME": "Trồng lúa", "IS_MAIN": "N"}],
        Member={"MEMBER_NAME": "A", "AMOUNT": "750000000.25", "RATIO_PERCENT": 50.5, "COUNTRY": "VN"},
    )  # fmt: skip
    assert record.code == "0990001015"
    assert (record.kind, record.status, record.status_name) == ("2", "1", "Đang hoạt động")
    assert (record.founded, record.amended) == (date(2015, 9, 5), date(2024, 12, 31))
    assert record.capital == Decimal("1500000000.5")
    assert record.address is not None
    assert (record.address.province, record.address.district, record.address.commune) == (
        "01", "002", "00070",
    )  # fmt: skip
    assert [(line.code, line.main) for line in record.activities] == [
        ("4711", True),
        ("0111", False),
    ]
    assert record.members[0].amount == Decimal("750000000.25")
    assert record.members[0].ratio_percent == Decimal("50.5")


@pytest.mark.parametrize(
    ("representatives", "legal_names", "expected"),
    [
        ({"FULL_NAME": "A B"}, None, ("A B",)),
        ([{"FULL_NAME": "A B"}, {"FULL_NAME": "C D"}], "X", ("A B", "C D")),
        ([], "A B; C D;", ("A B", "C D")),
        (None, "A B", ("A B",)),
        ([{"FULL_NAME": None}], "A B", ("A B",)),
        (None, None, ()),
        ("text", None, ()),
    ],
)
def test_representatives_in_every_shape(
    representatives: Any, legal_names: Any, expected: tuple[str, ...]
) -> None:
    """Object or list, else the joined names."""
    record = one({"LEGAL_NAMES": legal_names}, Representatives=representatives)
    assert record.representatives == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("05/09/2015", date(2015, 9, 5)),
        ("5/9/2015", date(2015, 9, 5)),
        ("05/09/2015 00:00:00", date(2015, 9, 5)),
        ("2015-09-05T00:00:00", date(2015, 9, 5)),
        ("31/02/2015", None),
        ("", None),
        (None, None),
        ("2015", None),
        (20150905, None),
    ],
)
def test_dates(text: Any, expected: date | None) -> None:
    """A date that cannot be read is absent, never a guess."""
    assert one({"FOUNDING_DATE": text}).founded == expected


@pytest.mark.parametrize("value", ["abc", "", None, "NaN", "Infinity", {}, []])
def test_numbers_that_are_none(value: Any) -> None:
    """A capital that is no number is absent."""
    assert one({"CAPITAL_AMOUNT": value}).capital is None


@pytest.mark.parametrize(
    "content",
    [
        {"Status": "1", "Data": None},
        {"Status": 1, "Data": {}},
        {"Status": "1", "Data": {"MainInformation": None}},
        {"Status": "1", "Data": {"MainInformation": {}}},
        {"Status": "1", "Data": {"MainInformation": {"NAME": None, "ENTERPRISE_GDT_CODE": None}}},
        {"Status": "1", "Data": []},
        {"Status": "0", "Message": "Không tìm thấy doanh nghiệp"},
        {"Status": 0, "Message": "KHÔNG TỒN TẠI doanh nghiệp có mã số này"},
        {"Status": "0", "Message": "Khong co du lieu", "Data": None},
        {"Status": "0", "Message": "Enterprise not found"},
    ],
)
def test_not_found_in_every_shape(content: Any) -> None:
    """Missing MainInformation, or a failure whose text says that there is none, is an answer."""
    assert read(content) == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"Status": "0", "Message": "Lỗi kết nối 033085000101"}, SystemFault),
        ({"Status": "0", "Message": None}, SystemFault),
        ({"Status": "0"}, SystemFault),
        ({}, ReplyUnreadable),
        ({"Status": None, "Data": None}, ReplyUnreadable),
        ({"Status": None, "Data": {"MainInformation": {"NAME": None}}}, ReplyUnreadable),
        ({"Status": "2", "Data": None}, ReplyUnreadable),
        ([], ReplyUnreadable),
        (b"<html>", ReplyUnreadable),
        (b'{"Status": "1", "Da', ReplyUnreadable),
        (b"", ReplyUnreadable),
    ],
)
def test_failures(content: Any, error: type[CallFailed]) -> None:
    """Other failures are the system's; what says neither yes nor no is unreadable. No text of theirs is repeated."""
    with pytest.raises(error) as caught:
        read(content)
    assert "033085000101" not in str(caught.value)


def test_object_or_list_everywhere() -> None:
    """Data, MainInformation and HOAdress may come as a list; two enterprises stay two."""
    data = {"MainInformation": [MAIN], "HOAdress": [{"CityID": 33}]}
    [record] = read({"Status": "1", "Data": [data]})
    assert record.address is not None
    assert record.address.province == "33"
    assert len(read({"Status": "1", "Data": [data, data]})) == 2


def test_another_enterprise_is_never_handed_out() -> None:
    """A record of another code is refused; a dash in a branch's code makes no difference."""
    with pytest.raises(ReplyUnreadable, match="another enterprise"):
        read(
            {
                "Status": "1",
                "Data": {"MainInformation": {**MAIN, "ENTERPRISE_GDT_CODE": "0990002026"}},
            }
        )
    branch = EnterpriseCode("0990001015001")
    main = {**MAIN, "ENTERPRISE_GDT_CODE": "0990001015-001"}
    [record] = read({"Status": "1", "Data": {"MainInformation": main}}, branch)
    assert record.code == branch.value


def test_a_household_owner_may_be_answered_by_another_number() -> None:
    """A personal number as code may be answered by the old tax number."""
    owner = EnterpriseCode("033092004040")
    assert len(read({"Status": "1", "Data": {"MainInformation": MAIN}}, owner)) == 1


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "0", "1", "05/09/2015", "A"]) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["Data", "Status", "Message", "MainInformation", "HOAdress", "NAME", "FOUNDING_DATE", "CityID",
             "BusinessActivity", "Member", "AMOUNT", "CAPITAL_AMOUNT", "Representatives", "FULL_NAME", "LEGAL_NAMES"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(content=_VALUES, status=st.sampled_from(["1", 1, "0", None]))
def test_any_json_is_records_or_a_typed_error(content: Any, status: Any) -> None:
    """Whatever JSON comes, the outcome is records or a typed error."""
    for body in (content, {"Status": status, "Data": content},
                 {"Status": status, "Data": {"MainInformation": {"NAME": "A"}, "HOAdress": content,
                                             "Member": content, "Representatives": content}}):  # fmt: skip
        try:
            read(body)
        except CallFailed:
            continue
