"""Envelopes from a WSDL on disk."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from lienthong.interface import ConfigurationError, InvalidRequest
from lienthong.transport import load_soap

WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:thu" targetNamespace="urn:thu">
  <wsdl:types>
    <xs:schema targetNamespace="urn:thu" elementFormDefault="qualified">
      <!--include-->
      <xs:element name="Hoi"><xs:complexType><xs:sequence>
        <xs:element name="Ten" type="xs:string"/>
        <xs:element name="NgaySinh" minOccurs="0"><xs:complexType><xs:sequence>
          <xs:element name="Nam" type="xs:string"/>
        </xs:sequence></xs:complexType></xs:element>
        <xs:element name="So" type="xs:string" minOccurs="0" maxOccurs="2"/>
      </xs:sequence></xs:complexType></xs:element>
      <xs:element name="TraLoi" type="xs:string"/>
    </xs:schema>
  </wsdl:types>
  <wsdl:message name="HoiIn"><wsdl:part name="parameters" element="t:Hoi"/></wsdl:message>
  <wsdl:message name="HoiOut"><wsdl:part name="parameters" element="t:TraLoi"/></wsdl:message>
  <wsdl:portType name="P"><wsdl:operation name="Hoi">
    <wsdl:input message="t:HoiIn"/><wsdl:output message="t:HoiOut"/>
  </wsdl:operation></wsdl:portType>
  <wsdl:binding name="B" type="t:P">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Hoi"><soap:operation soapAction="urn:hoi"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="S"><wsdl:port name="P" binding="t:B">
    <soap:address location="http://127.0.0.1:9/"/>
  </wsdl:port></wsdl:service>
</wsdl:definitions>
"""
NS = {"s": "http://schemas.xmlsoap.org/soap/envelope/", "t": "urn:thu"}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(text: Any, name: Any = "thu.wsdl") -> Any:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def soap(write: Any) -> Any:
    return load_soap(write(WSDL))


def test_envelope(soap: Any) -> None:
    """SOAP 1.1, UTF-8, elements in the WSDL's namespace, Vietnamese letters as they are."""
    text = soap.envelope(
        "Hoi", {"Ten": "Đỗ Thị Ngọc", "NgaySinh": {"Nam": "1957"}, "So": ["1", "2"]}
    )
    assert "Đỗ Thị Ngọc".encode() in text
    body = etree.fromstring(text).find("s:Body/t:Hoi", NS)
    assert body is not None
    assert body.findtext("t:NgaySinh/t:Nam", namespaces=NS) == "1957"
    assert [item.text for item in body.findall("t:So", NS)] == ["1", "2"]


def test_markup_in_values_is_text(soap: Any) -> None:
    """A value cannot open an element."""
    text = soap.envelope("Hoi", {"Ten": "<x/>&"})
    assert etree.fromstring(text).findtext("s:Body/t:Hoi/t:Ten", namespaces=NS) == "<x/>&"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "Ten"),
        ({"Ten": None}, "Ten"),
        ({"Ten": "x", "NgaySinh": {}}, "NgaySinh.Nam"),
        ({"Ten": "x", "So": ["1", "2", "3"]}, "So"),
        ({"Ten": "x", "Khac": "y"}, "Khac"),
        ({"Ten": "x", "NgaySinh": {"Khac": "y"}}, "Khac"),
        ({"Ten": "secret\x00"}, "Ten"),
        ({"Ten": "x", "NgaySinh": {"Nam": "secret\x0b"}}, "NgaySinh.Nam"),
        ({"Ten": "x", "So": ["1", "secret\ud800"]}, "So"),
        ({"Ten": ["secret", "b"]}, "Hoi"),
    ],
)
def test_values_that_do_not_fit(soap: Any, values: Any, field: Any) -> None:
    """The field is named where it is known, the value never repeated."""
    with pytest.raises(InvalidRequest) as caught:
        soap.envelope("Hoi", values)
    assert caught.value.field == field
    assert "secret" not in str(caught.value)


def test_unknown_operation(soap: Any) -> None:
    """An operation that the WSDL does not have is refused by name."""
    with pytest.raises(InvalidRequest, match="Khong"):
        soap.envelope("Khong", {})


def test_loaded_once(write: Any) -> None:
    """The same path gives the same object."""
    path = write(WSDL)
    assert load_soap(path) is load_soap(path)


def test_a_schema_beside_it_may_be_included(write: Any) -> None:
    """Files in the WSDL's folder are read."""
    write(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:thu"/>',
        "them.xsd",
    )
    path = write(WSDL.replace("<!--include-->", '<xs:include schemaLocation="them.xsd"/>'))
    assert load_soap(path).envelope("Hoi", {"Ten": "x"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<not-wsdl",
        "<a/>",
        WSDL.replace(
            "<wsdl:definitions", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x">\n<wsdl:definitions', 1
        ),
        WSDL.replace("<!--include-->", '<xs:include schemaLocation="http://127.0.0.1:9/x.xsd"/>'),
        WSDL.replace("<!--include-->", '<xs:include schemaLocation="../outside.xsd"/>'),
        WSDL.replace("<!--include-->", '<xs:include schemaLocation="missing.xsd"/>'),
        WSDL.replace(
            "http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"
        ),
    ],
    ids=["empty", "cut", "other", "doctype", "network", "outside", "missing", "soap12"],
)
def test_what_is_no_wsdl_of_ours(write: Any, text: Any) -> None:
    """Broken, foreign, reaching out to the network or out of its folder: refused with the path."""
    write("<x/>", "outside.xsd")
    with pytest.raises(ConfigurationError):
        load_soap(write(text, "inner/thu.wsdl"))


def test_missing_file(tmp_path: Path) -> None:
    """A missing WSDL is named."""
    with pytest.raises(ConfigurationError, match=r"no\.wsdl"):
        load_soap(tmp_path / "no.wsdl")


def test_zeep_is_imported_only_when_needed() -> None:
    """The half second for zeep is not paid by those who speak no SOAP."""
    code = "import sys, lienthong.transport; sys.exit('zeep' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
