"""Writes ``dancu.wsdl`` from the declared field table, so that there is one place where a message is defined.

Run it after changing the table: ``python -m lienthong_connectors.population._wsdl``.
"""

from __future__ import annotations

from collections.abc import Iterable

from lienthong.interface import Field, Service

from ._bodies import NAMESPACE, WSDL
from ._services import SERVICES

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<!--
  Ours: C06 publishes no WSDL. Made from the declared field table by _wsdl.py; do not edit. SOAP 1.1, document/literal,
  children qualified in the request namespace, in the order that OpenCPS keeps (population page A1 to A4). Answers are read
  by our own parser (page A5), so only requests are described. The address is a placeholder: it comes from the settings.
-->
<wsdl:definitions name="dancu"
                  targetNamespace="{NAMESPACE}"
                  xmlns:dan="{NAMESPACE}"
                  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
                  xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
                  xmlns:xsd="http://www.w3.org/2001/XMLSchema">
"""


def wsdl() -> str:
    """The whole file."""
    return "\n".join(
        [
            _HEAD.rstrip(),
            "  <wsdl:types>",
            f'    <xsd:schema targetNamespace="{NAMESPACE}" elementFormDefault="qualified">',
            *(line for service in SERVICES for line in _element(service)),
            "    </xsd:schema>",
            "  </wsdl:types>",
            *(line for service in SERVICES for line in _message(service.name)),
            '  <wsdl:portType name="DanCu">',
            *(line for service in SERVICES for line in _port(service.name)),
            "  </wsdl:portType>",
            '  <wsdl:binding name="DanCu" type="dan:DanCu">',
            '    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>',
            *(line for service in SERVICES for line in _binding(service.name)),
            "  </wsdl:binding>",
            '  <wsdl:service name="DanCu">',
            '    <wsdl:port name="DanCu" binding="dan:DanCu">',
            '      <soap:address location="https://localhost/"/>',
            "    </wsdl:port>",
            "  </wsdl:service>",
            "</wsdl:definitions>",
            "",
        ]
    )


def _element(service: Service) -> Iterable[str]:
    yield f'      <xsd:element name="{service.name}">'
    yield "        <xsd:complexType><xsd:sequence>"
    groups: dict[str, list[Field]] = {}
    for field in service.request:
        groups.setdefault(field.name.partition("/")[0], []).append(field)
    for name, fields in groups.items():
        if "/" in fields[0].name:
            yield f'          <xsd:element name="{name}" minOccurs="0">'
            yield "            <xsd:complexType><xsd:choice>"
            for field in fields:
                inner = field.name.partition("/")[2]
                yield f'              <xsd:element name="{inner}" type="xsd:string"/>'
            yield "            </xsd:choice></xsd:complexType>"
            yield "          </xsd:element>"
        else:
            least = "" if fields[0].required else ' minOccurs="0"'
            yield f'          <xsd:element name="{name}" type="xsd:string"{least}/>'
    yield "        </xsd:sequence></xsd:complexType>"
    yield "      </xsd:element>"


def _message(name: str) -> Iterable[str]:
    yield f'  <wsdl:message name="{name}">'
    yield f'    <wsdl:part name="parameters" element="dan:{name}"/>'
    yield "  </wsdl:message>"


def _port(name: str) -> Iterable[str]:
    yield f'    <wsdl:operation name="{name}"><wsdl:input message="dan:{name}"/></wsdl:operation>'


def _binding(name: str) -> Iterable[str]:
    yield f'    <wsdl:operation name="{name}">'
    yield '      <soap:operation soapAction=""/>'
    yield '      <wsdl:input><soap:body use="literal"/></wsdl:input>'
    yield "    </wsdl:operation>"


if __name__ == "__main__":
    WSDL.write_text(wsdl(), "utf-8")
