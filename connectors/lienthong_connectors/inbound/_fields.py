"""Fields of a call that reaches us, read one by one; what does not fit refuses the call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from lienthong.interface import ReplyUnreadable, as_list, read_json_text
from lienthong_connectors.values import plain_text

from ._notice import InboundFile
from .errors import NoticeRefused

_TRUE: Final = frozenset({"1", "true"})
_FALSE: Final = frozenset({"0", "false", ""})


@dataclass(frozen=True, slots=True)
class Places:
    """What the fields of a notice cannot say by themselves.

    Attributes:
        zone: Zone of times without offset.
        download_base: What relative links stand behind.
        hosts: Hosts that files may be fetched from.
    """

    zone: tzinfo
    download_base: str
    hosts: frozenset[str]


class Fields:
    """One JSON object of a callback."""

    def __init__(self, values: Mapping[str, Any], places: Places) -> None:
        self.raw = dict(values)
        """All members as they came."""
        self._values = {name.casefold(): value for name, value in values.items()}
        self._places = places

    def text(self, *names: str, required: bool = False) -> str:
        """The first of these names that has a value. Raises ``NoticeRefused`` when a required one is empty."""
        for name in names:
            value = self._values.get(name.casefold())
            found = plain_text(value)
            if found:
                return found
        if required:
            raise NoticeRefused(f"Thiếu {names[0]}")
        return ""

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no in any form. Raises ``NoticeRefused`` for anything else."""
        value = self.text(name).casefold()
        if not value:
            return default
        if value in _TRUE | _FALSE:
            return value in _TRUE
        raise NoticeRefused(f"{name} không hợp lệ")

    def whole(self, name: str, *, required: bool = False) -> int:
        """A whole number, number or text; 0 when absent. Raises ``NoticeRefused``."""
        found = self.text(name, required=required)
        if not found:
            return 0
        digits = found.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            raise NoticeRefused(f"{name} không hợp lệ")
        return int(found)

    def amount(self, name: str) -> Decimal | None:
        """A number; ``None`` when absent or no number."""
        return amount(self.text(name))

    def time(self, name: str, *, required: bool = False) -> datetime | None:
        """An ISO time as UTC; one without offset is of the configured zone. Raises ``NoticeRefused``."""
        found = self.text(name, required=required)
        if not found:
            return None
        try:
            moment = datetime.fromisoformat(found)
            zoned = moment if moment.tzinfo else moment.replace(tzinfo=self._places.zone)
            return zoned.astimezone(UTC)
        except (ValueError, OverflowError):
            raise NoticeRefused(f"{name} không đúng định dạng thời gian") from None

    def needed_time(self, name: str) -> datetime:
        """As :meth:`time`, and refused when absent."""
        moment = self.time(name, required=True)
        if moment is None:
            raise NoticeRefused(f"Thiếu {name}")
        return moment

    def object(self, name: str) -> Fields:
        """An object inside, or the first of a list of them; empty when absent."""
        return next(self.objects(name), Fields({}, self._places))

    def objects(self, name: str) -> Iterator[Fields]:
        """A list of objects, or one. Raises ``NoticeRefused`` for anything else."""
        for item in as_list(self._values.get(name.casefold())):
            if not isinstance(item, dict):
                raise NoticeRefused(f"{name} không hợp lệ")
            yield Fields(item, self._places)

    def has(self, name: str) -> bool:
        """Whether there is such a member with a value."""
        return bool(self._values.get(name.casefold()))

    def file(self, link: str, name: str = "", extension: str = "") -> InboundFile:
        """A link as a file."""
        try:
            parts = urlsplit(link)
            host, scheme = (parts.hostname or "").casefold(), parts.scheme
        except ValueError:
            raise NoticeRefused("Đường dẫn tệp không hợp lệ") from None
        if not scheme and not host and self._places.download_base:
            base = self._places.download_base.rstrip("/")
            return InboundFile(
                name=name, extension=extension, url=f"{base}/{link.lstrip('/')}", trusted=True
            )
        trusted = scheme in {"http", "https"} and host in self._places.hosts
        return InboundFile(name=name, extension=extension, url=link, trusted=trusted)

    def files(self, name: str) -> tuple[InboundFile, ...]:
        """A list of files, or one."""
        return tuple(
            item.file(
                item.text("LinkFile", required=True), item.text("TenGiayTo"), item.text("KieuFile")
            ).model_copy(
                update={"originals": item.whole("SoBanChinh"), "copies": item.whole("SoBanSao")}
            )
            for item in self.objects(name)
        )


def amount(text: str) -> Decimal | None:
    digits = text.replace(".", "", 1)
    fits = digits.isascii() and digits.isdigit() and len(digits) <= 18
    return Decimal(text) if fits else None


def read_body(body: bytes, places: Places) -> Fields:
    """The fields of a call's body.

    Raises:
        NoticeRefused: It is no JSON object, or larger or deeper than answers of national systems may be.
    """
    try:
        content = read_json_text(body, system="inbound", service="call")
    except ReplyUnreadable:
        content = None
    if not isinstance(content, dict):
        raise NoticeRefused("Nội dung không phải là đối tượng JSON")
    return Fields(content, places)
