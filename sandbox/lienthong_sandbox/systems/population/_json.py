"""Turns a SOAP answer into the camelCase JSON of the LGSP of Đồng Tháp (V-C).

Its answers are unpublished; the names of the record with a small first letter are the doubts page's default. As in every
plain XML to JSON turn, one child is an object and several of one name are a list, and every value is text.
"""

from __future__ import annotations

from lxml import etree


def camel_json(envelope: str) -> dict[str, object]:
    """The content of the SOAP Body as an object with one key."""
    root = etree.fromstring(envelope.encode("utf-8"))
    answer = root[0][0]
    return {_small(etree.QName(answer).localname): _value(answer)}


def _value(element: etree._Element) -> object:
    attributes: dict[str, object] = {_small(str(key)): str(v) for key, v in element.attrib.items()}
    if len(element) == 0 and not attributes:
        return element.text or ""
    values: dict[str, object] = attributes
    for child in element:
        name, value = _small(etree.QName(child).localname), _value(child)
        if name not in values:
            values[name] = value
        elif isinstance(known := values[name], list):
            known.append(value)
        else:
            values[name] = [known, value]
    return values


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]
