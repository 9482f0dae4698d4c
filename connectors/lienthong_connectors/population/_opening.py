"""An answer as it came → the element that holds its content: SOAP, XML inside JSON, or camel-case JSON (population page A1, A2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from lxml import etree

from lienthong.interface import (
    ReplyUnreadable,
    SystemFault,
    WireReply,
    as_text,
    read_object,
    read_xml,
)

from ._elements import Element, find, text
from ._options import Meaning
from .errors import CodedAnswer

_SOAP: Final = {
    f"{{{namespace}}}Envelope": (f"{{{namespace}}}Body", f"{{{namespace}}}Fault")
    for namespace in (
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.w3.org/2003/05/soap-envelope",
    )
}
_FAULT_CODE: Final = re.compile(r"(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,60})")
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_DEEPEST: Final = 32


class Opener:
    """Opens the answers of one population system.

    Args:
        system: Name of the system, for errors.
        dialect: ``soap``, ``wrapped`` or ``flat``.
        meanings: Codes of failures that are answers (``options.code_meanings``).
    """

    def __init__(self, system: str, dialect: str, meanings: Mapping[str, Meaning]) -> None:
        self._system = system
        self._meanings = meanings
        opened: dict[str, Callable[[str, WireReply], Element]] = {
            "soap": self._soap,
            "wrapped": self._wrapped,
            "flat": self._flat,
        }
        self._open = opened[dialect]

    def body(self, service: str, reply: WireReply) -> Element:
        """The element whose children are the content of an answer.

        Raises:
            CodedAnswer: The failure's code is configured to be an answer.
            SystemFault: A SOAP Fault, or the wrapper's or platform's failure code.
            ReplyUnreadable: It is no such answer.
        """
        try:
            return self._open(service, reply)
        except CodedAnswer as answer:
            answer.reply = reply
            raise

    def _soap(self, service: str, reply: WireReply) -> Element:
        return self._inside(service, read_xml(reply.body, system=self._system, service=service))

    def _inside(self, service: str, envelope: Element) -> Element:
        """The SOAP Body."""
        names = _SOAP.get(envelope.tag)
        if names is None:
            raise ReplyUnreadable(self._system, service, "the answer is XML but no SOAP envelope")
        body = next((child for child in envelope if child.tag == names[0]), None)
        if body is None:
            raise ReplyUnreadable(self._system, service, "the SOAP envelope has no Body")
        fault = next((child for child in body if child.tag == names[1]), None)
        if fault is not None:
            raise self._fault(service, fault)
        return body

    def _wrapped(self, service: str, reply: WireReply) -> Element:
        content = read_object(reply, system=self._system, service=service)
        message = content.get("message")
        # The success code of the wrapper is unpublished, so XML counts as an answer whatever code comes with it.
        if isinstance(message, str) and message.lstrip("\ufeff \t\r\n").startswith("<"):
            inner = read_xml(message.lstrip("\ufeff"), system=self._system, service=service)
            return self._inside(service, inner)
        code = as_text(content.get("error_code"))
        if code.strip("0"):
            problem = f"the wrapper reports error code {_shown(code)}"
            raise self._coded(service, code) or SystemFault(self._system, service, problem)
        raise ReplyUnreadable(self._system, service, "the wrapper's answer holds no XML")

    def _flat(self, service: str, reply: WireReply) -> Element:
        content = read_object(reply, system=self._system, service=service)
        code = as_text(content.get("errorCode"))
        if code.strip("0"):
            # The same question again gets the same refusal.
            problem = f"the platform reports error code {_shown(code)}"
            raise self._coded(service, code) or SystemFault(
                self._system, service, problem, retryable=False
            )
        body = etree.Element("Body")
        try:
            _grow(body, content, _DEEPEST)
        except ValueError:
            raise ReplyUnreadable(
                self._system,
                service,
                "the answer is JSON but too deep, or holds control characters",
            ) from None
        return body

    def _fault(self, service: str, fault: Element) -> SystemFault:
        """The Fault as an error. Its text is left out: nothing says that it is free of personal data."""
        code = next(
            (
                text(item)
                for item in fault.iter()
                if etree.QName(item).localname in {"faultcode", "Value"}
            ),
            "",
        )
        known = _FAULT_CODE.fullmatch(code)
        name = known[1] if known else "unknown"
        for given in (text(find(fault, "MaLoi")), name):
            if coded := self._coded(service, given):
                return coded
        # "Client" says that our message is wrong: the same again gets the same (SOAP 1.1 §4.4.1).
        ours = name.startswith(("Client", "Sender"))
        return SystemFault(self._system, service, f"SOAP Fault {name}", retryable=not ours)

    def _coded(self, service: str, code: str) -> CodedAnswer | None:
        meaning = self._meanings.get(code)
        return CodedAnswer(self._system, service, code, meaning) if meaning else None


def _shown(code: str) -> str:
    return code if _FAULT_CODE.fullmatch(f"c{code}") and len(code) <= 10 else "unreadable"


def _grow(parent: Element, content: dict[str, Any], depth: int) -> None:
    """Adds JSON as elements named as in XML: first letter in upper case, a list as repeated elements.

    Raises:
        ValueError: Nested too deep, or text that XML cannot carry.
    """
    if not depth:
        raise ValueError("too deep")
    for key, value in content.items():
        if not _KEY.fullmatch(key):
            continue
        for item in value if isinstance(value, list) else [value]:
            child = etree.SubElement(parent, key[:1].upper() + key[1:])
            if isinstance(item, dict):
                _grow(child, item, depth - 1)
            elif not isinstance(item, list):
                child.text = as_text(item)
