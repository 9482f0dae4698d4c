"""``lienthong config``: what a configuration file says, and whether it would work."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import CONFIGURATION, NEGATIVE, OK
from ._parts import Command, Group, config_option, json_option, quiet_log, run

if TYPE_CHECKING:
    from lienthong.interface import LienthongError, SystemSettings
    from lienthong.settings import Settings

_SECRET: Final = re.compile(r"secret|password|passwd|token$|_key$|^key$|credential", re.IGNORECASE)
_MASK: Final = "********"


@dataclass(frozen=True, slots=True)
class _Finding:
    place: str
    status: str
    message_vi: str
    message: str


@click.group(cls=Group, name="config")
def command() -> None:
    """Kiểm tra và xem tệp cấu hình.

    \b
    Ví dụ:
      lienthong config check -c config/province.toml
      lienthong config show
    """


@command.command(cls=Command, name="check")
@config_option
@json_option
def check(config: Path, *, as_json: bool) -> int:
    """Đọc tệp, dựng mọi kết nối, nạp danh mục và quy tắc, kiểm tra bộ khóa. Không gọi hệ thống nào.

    Thoát 0 khi dùng được, 1 khi có cảnh báo, 78 khi sai. JSON: file, status, findings (place, status,
    message_vi, message).

    \b
    Ví dụ:
      lienthong config check
      lienthong config check -c /etc/lienthong/lienthong.toml --json
    """
    quiet_log()
    return run(_check(config, as_json=as_json))


@command.command(cls=Command, name="show")
@config_option
@json_option
def show(config: Path, *, as_json: bool) -> int:
    """In cấu hình sau khi đã ghép biến môi trường và giá trị mặc định; bí mật được che.

    JSON: các bảng của tệp cấu hình.

    \b
    Ví dụ:
      lienthong config show -c config/sandbox.toml
    """
    from lienthong.settings import load_settings

    from ._output import show_json, show_table

    quiet_log()
    values = masked(load_settings(config))
    if as_json:
        show_json(values)
    else:
        show_table(["Thiết lập", "Giá trị"], list(_flat(values)))
    return OK


def masked(settings: Settings) -> dict[str, Any]:
    """Settings as plain values, without secrets and without the password inside a database URL."""
    values = _masked(settings.model_dump(mode="json"))
    values["store"]["url"] = re.sub(r"(://[^:/@]+):[^@]*@", rf"\1:{_MASK}@", settings.store.url)
    return dict(values)


def _masked(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _masked(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, name) for item in value]
    return _MASK if value and isinstance(value, str) and _SECRET.search(name) else value


def _flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict) and value:
        return [
            line
            for key, item in value.items()
            for line in _flat(item, f"{name}.{key}" if name else key)
        ]
    return [(name, "" if value is None else str(value))]


async def _check(config: Path, *, as_json: bool) -> int:
    from lienthong.settings import load_settings

    from ._health import STATUS_VI
    from ._output import say, show_json, show_table

    settings = load_settings(config)
    findings = [
        _Finding("settings", "pass", "Mọi thiết lập đọc được.", "Every setting can be read."),
        *[await _system(system) for system in settings.systems.values()],
        *_catalogue(settings),
        _keyring(settings),
    ]
    if settings.hub.system not in settings.systems:
        findings.append(
            _Finding(
                "hub.system",
                "fail",
                f"Chưa có bảng [systems.{settings.hub.system}] nên không đồng bộ được hồ sơ.",
                f"There is no table [systems.{settings.hub.system}], so no case can be told to the hub.",
            )
        )
    statuses = {finding.status for finding in findings}
    status = next(word for word in ("fail", "warn", "pass") if word in statuses)
    if as_json:
        show_json(
            {
                "file": config,
                "status": status,
                "findings": [
                    {
                        "place": item.place,
                        "status": item.status,
                        "message_vi": item.message_vi,
                        "message": item.message,
                    }
                    for item in findings
                ],
            }
        )
    else:
        say(f"{config}: {STATUS_VI[status]}")
        say()
        show_table(
            ["Mục", "Kết quả", "Giải thích"],
            [(item.place, STATUS_VI[item.status], item.message_vi) for item in findings],
        )
        for item in findings:
            if item.status != "pass":
                say(f"{item.place}: {item.message}")
    return {"pass": OK, "warn": NEGATIVE, "fail": CONFIGURATION}[status]


async def _system(settings: SystemSettings) -> _Finding:
    """Builds a connector and throws it away; nothing is sent."""
    from datetime import UTC, datetime

    from lienthong.interface import ConfigurationError, Tools, find_connector
    from lienthong.transport import load_soap, open_transport

    place = f"systems.{settings.name}"
    try:
        connector_class = find_connector(settings.connector)
        transport = open_transport(settings)
        try:
            connector = connector_class.build(
                settings, Tools(transport=transport, soap=load_soap, now=lambda: datetime.now(UTC))
            )
        finally:
            await transport.aclose()
    except ConfigurationError as error:
        return _failed(place, error, f"Cấu hình của hệ thống “{settings.name}” chưa đúng.")
    if settings.url.startswith("http://"):
        return _Finding(
            place,
            "warn",
            f"Địa chỉ của “{settings.name}” không mã hóa (http): chỉ dùng khi có lớp bảo mật phía trước.",
            "The address is not encrypted (http): only behind a security adapter.",
        )
    return _Finding(
        place,
        "pass",
        f"Dựng được kết nối “{settings.name}” qua kênh {connector.channel.kind}.",
        f"The connector is built, channel {connector.channel.kind}.",
    )


def _catalogue(settings: Settings) -> list[_Finding]:
    from lienthong.onceonly import Catalogue, CatalogueInvalid

    place = "catalogue"
    try:
        catalogue = Catalogue.load(settings.catalogue.path)
    except CatalogueInvalid as error:
        return [_failed(place, error, "Danh mục thủ tục chưa đúng.")]
    number, rules = len(catalogue.procedures), len(catalogue.rules)
    found = [
        _Finding(
            place,
            "pass" if number else "warn",
            f"Danh mục có {number} thủ tục, {rules} quy tắc thay thế giấy tờ.",
            f"The catalogue holds {number} procedures and {rules} replacement rules.",
        )
    ]
    idle = sorted({rule.system for rule in catalogue.rules} - set(settings.systems))
    if idle:
        names = ", ".join(idle)
        found.append(
            _Finding(
                f"{place}.rules",
                "warn",
                f"Có quy tắc cần hệ thống chưa cấu hình: {names}; các quy tắc đó không được dùng.",
                f"Rules need systems that are not configured: {names}; they are not used.",
            )
        )
    return found


def _keyring(settings: Settings) -> _Finding:
    from lienthong.guard import Keyring, KeyringUnusable

    place = "store.keys"
    if not settings.store.keys.exists():
        return _Finding(
            place,
            "warn",
            "Chưa có bộ khóa: lần khởi động đầu tiên trên SQLite sẽ tạo, nếu không thì chạy `lienthong keys create`.",
            "There is no keyring yet: the first start on SQLite makes one, else run `lienthong keys create`.",
        )
    try:
        Keyring.load(settings.store.keys)
    except KeyringUnusable as error:
        return _failed(place, error, "Bộ khóa không dùng được: kiểm tra nội dung và quyền 0600.")
    return _Finding(
        place, "pass", "Bộ khóa đọc được, quyền truy cập đúng.", "The keyring is usable, mode 0600."
    )


def _failed(place: str, error: LienthongError, message_vi: str) -> _Finding:
    return _Finding(place, "fail", message_vi, str(error))
