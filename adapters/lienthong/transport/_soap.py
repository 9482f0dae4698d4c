"""SOAP 1.1 envelopes from a WSDL on disk; nothing here ever opens a connection."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from lienthong.interface import ConfigurationError, InvalidRequest

# zeep's DEBUG lines carry whole messages.
logging.getLogger("zeep").setLevel(logging.WARNING)

_SOAP_11 = "http://schemas.xmlsoap.org/wsdl/soap/"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class WsdlMessages:
    """The operations of one WSDL; implements :class:`lienthong.interface.SoapMessages`."""

    def __init__(self, client: Any) -> None:
        self._create = client.create_message
        self._service = client.service

    def envelope(self, operation: str, values: Mapping[str, Any]) -> bytes:
        """The request envelope of an operation: SOAP 1.1, UTF-8 with XML declaration.

        Args:
            operation: Name in the WSDL.
            values: Content of the operation's element; nested mappings for complex types, lists for repeated elements.

        Raises:
            InvalidRequest: The values do not fit the operation's type; the field is named where it is known.
        """
        for field, text in _texts(values):
            if _NOT_XML.search(text):
                raise InvalidRequest(field, "holds control characters, which XML cannot carry")
        import zeep.exceptions  # noqa: PLC0415  # half a second to import: only where SOAP is spoken

        try:
            root = self._create(self._service, operation, **values)
        except zeep.exceptions.ValidationError as error:
            # The path begins with the operation's own element.
            field = ".".join(str(part) for part in error.path[1:]) or _named_element(error.message)
            raise InvalidRequest(field or operation, "is missing or has too many values") from error
        except (zeep.exceptions.Error, TypeError, ValueError, AttributeError) as error:
            # Their texts may repeat the value: say only which field.
            raise InvalidRequest(
                _named_element(str(error)) or operation,
                f"does not fit the type that the WSDL gives {operation}",
            ) from error
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


class _LocalFiles:
    """Stands where zeep expects its network transport; reads only files beside the WSDL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, url: str) -> bytes:
        path = Path(url).resolve()
        if path.parent != self._folder:
            raise ConfigurationError(
                f"The WSDL in {self._folder} refers to {path.name} outside its folder; put the file beside it."
            )
        return path.read_bytes()


@lru_cache(maxsize=32)
def load_soap(path: Path) -> WsdlMessages:
    """Loads a WSDL of ours; once per path. Takes some 50 ms, the first one half a second more.

    Raises:
        ConfigurationError: The file is missing, is no WSDL with a SOAP 1.1 binding, carries a DTD, or refers to the network.
    """
    import zeep  # noqa: PLC0415  # half a second to import: only where SOAP is spoken
    import zeep.exceptions  # noqa: PLC0415

    new_client: Any = zeep.Client  # untyped
    new_settings: Any = zeep.Settings
    file = path.resolve()
    try:
        client = new_client(
            str(file),
            transport=_LocalFiles(file.parent),
            settings=new_settings(strict=True, forbid_dtd=True, forbid_external=True),
        )
        binding = client.service._binding  # noqa: SLF001  # zeep offers no public way to it
    except (OSError, zeep.exceptions.Error, ValueError, etree.LxmlError) as error:
        raise ConfigurationError(
            f"{path} cannot be used as a WSDL: {type(error).__name__}."
        ) from error
    if binding.nsmap["soap"] != _SOAP_11:
        raise ConfigurationError(f"{path} has no SOAP 1.1 binding as its first port.")
    return WsdlMessages(client)


def _texts(values: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text of nested values with the dotted name of its field."""
    if isinstance(values, str):
        yield field, values
    elif isinstance(values, Mapping):
        for name, value in values.items():
            yield from _texts(value, f"{field}.{name}" if field else str(name))
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _texts(value, field)


def _named_element(message: str) -> str:
    """The element that a message of zeep's names, if any."""
    found = re.search(r"(?:[Ee]lement|argument|attribute) '?([A-Za-z_][\w.-]*)'?", message)
    return found[1] if found else ""
