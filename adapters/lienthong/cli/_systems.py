"""``lienthong systems``: every service of every installed connector, and how well its contract is known."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import OK
from ._parts import Command, json_option, quiet_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienthong.interface import Callback, Service

RECEIVE: Final = "receive"
"""Stands where a service has its verb: the system calls us."""
VERBS_VI: Final = {
    "verify": "xác thực",
    "lookup": "tra cứu",
    "share": "gửi",
    "check": "kiểm tra",
    RECEIVE: "tiếp nhận cuộc gọi đến",
}
BASIS_VI: Final = {
    "spec": "văn bản chính thức",
    "code": "mã nguồn công khai",
    "ours": "của ta, chưa công bố",
}


@click.command(cls=Command, name="systems")
@click.option("--system", metavar="TÊN", help="Chỉ hệ thống này, ví dụ population.")
@click.option("--fields", metavar="DỊCH-VỤ", help="Các trường gửi đi và nhận về của một dịch vụ.")
@json_option
def command(system: str | None, fields: str | None, *, as_json: bool) -> int:
    """Liệt kê mọi dịch vụ: động từ, biến thể, kênh, và hợp đồng biết được từ đâu (spec, code, ours).

    Động từ receive: hệ thống quốc gia gọi đến ta.

    JSON: services (system, name, direction outbound hoặc inbound, verb, address, title_vi, title_en, dialects,
    channels, basis, source, idempotent, request, reply; mỗi trường: name, kind, meaning, required, length, basis, source).

    \b
    Ví dụ:
      lienthong systems
      lienthong systems --system land
      lienthong systems --fields XacThucThongTinCongDan
    """
    from lienthong.interface import all_callbacks, all_services

    from ._output import show_json

    quiet_log()
    every: list[Service | Callback] = [*all_services(), *all_callbacks()]
    found = [
        service
        for service in every
        if system in (None, service.system) and fields in (None, service.name)
    ]
    if not found:
        wanted = fields or system
        msg = f"no service {wanted}; `lienthong systems` lists all / không có dịch vụ {wanted}"
        raise click.UsageError(msg)
    if as_json:
        show_json({"services": [_json(service) for service in found]})
    elif fields is not None:
        for service in found:
            _show_fields(service)
    else:
        _show(found)
    return OK


def _verb(service: Service | Callback) -> str:
    from lienthong.interface import Service

    return service.verb.value if isinstance(service, Service) else RECEIVE


def _json(service: Service | Callback) -> dict[str, Any]:
    from lienthong.interface import Callback

    own: dict[str, Any]
    if isinstance(service, Callback):
        own = {"direction": "inbound", "address": service.path, "idempotent": None}
    else:
        own = {"direction": "outbound", "address": None, "idempotent": service.idempotent}

    def fields(part: Sequence[Any]) -> list[dict[str, Any]]:
        return [
            {
                "name": item.name,
                "kind": item.kind,
                "meaning": item.meaning,
                "required": item.required,
                "length": item.length,
                "basis": (item.basis or service.basis).value,
                "source": service.source,
            }
            for item in part
        ]

    return {
        **own,
        "system": service.system,
        "name": service.name,
        "verb": _verb(service),
        "title_vi": service.title_vi,
        "title_en": service.title_en,
        "dialects": list(service.dialects),
        "channels": list(service.channels),
        "basis": service.basis.value,
        "source": service.source,
        "request": fields(service.request),
        "reply": fields(service.reply),
    }


def _show(services: Sequence[Service | Callback]) -> None:
    from ._output import say, show_table

    show_table(
        ["Hệ thống", "Dịch vụ", "Động từ", "Nội dung", "Biến thể", "Kênh", "Hợp đồng"],
        [
            (
                service.system,
                service.name,
                _verb(service),
                service.title_vi,
                ", ".join(service.dialects),
                ", ".join(service.channels),
                service.basis.value,
            )
            for service in services
        ],
    )
    for basis, meaning in BASIS_VI.items():
        number = sum(1 for service in services if service.basis.value == basis)
        say(f"{basis:<5} {number:>3}  {meaning}")


def _show_fields(service: Service | Callback) -> None:
    from ._output import say, show_table

    say(f"{service.system}/{service.name}: {service.title_vi} ({VERBS_VI[_verb(service)]})")
    say(f"Hợp đồng: {BASIS_VI[service.basis.value]}; {service.source}")
    say()
    must = {True: "có", False: "không", None: "không rõ"}
    asked, answered = ("Nhận về", "Trả lời") if _verb(service) == RECEIVE else ("Gửi đi", "Nhận về")
    for title, part in ((asked, service.request), (answered, service.reply)):
        if part:
            show_table(
                ["Trường", "Kiểu", "Bắt buộc", "Dài nhất#", "Hợp đồng", "Nghĩa"],
                [
                    (
                        item.name,
                        item.kind,
                        must[item.required],
                        item.length or "",
                        (item.basis or service.basis).value,
                        item.meaning,
                    )
                    for item in part
                ],
                title=title,
            )
