"""The command group: one private module per command, loaded when it is called; every error ends as a sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Final, NoReturn

import click

from lienthong import __version__

from ._exits import FAILED, INTERRUPTED, OK, USAGE, usage_failed, work_failed
from ._parts import CONTEXT, Group

# Module and first line of the help, so that `lienthong --help` loads no command.
_COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("_demo", "Chạy thử một buổi sáng ở bộ phận một cửa trên hệ thống mô phỏng."),
    "sandbox": ("_sandbox", "Khởi động năm hệ thống quốc gia mô phỏng."),
    "run": ("_run", "Tiến trình thường trực: đồng bộ, kiểm tra lại, theo dõi sức khỏe."),
    "verify": ("_verify", "Xác thực người nộp hoặc tổ chức của một hồ sơ."),
    "lookup": ("_lookup", "Tra cứu một hệ thống quốc gia cho một hồ sơ."),
    "plan": ("_plan", "Lập danh sách giấy tờ: miễn nộp, tạm chưa cần, cần nộp."),
    "explain": ("_explain", "Giải thích từng quyết định giấy tờ của hồ sơ và tính lại từ bản ghi."),
    "events": (
        "_events",
        "Kết quả có sau khi tiếp nhận: kiểm tra lại, quá hạn chờ, trả lời báo sai.",
    ),
    "catalogue": ("_catalogue", "Danh mục thủ tục: cập nhật từ quốc gia, xem, so sánh."),
    "wrong-values": (
        "_wrong_values",
        "Thông tin sai trong cơ sở dữ liệu quốc gia: báo, xem, trả lời.",
    ),
    "sync": ("_sync", "Đồng bộ hồ sơ lên Trung tâm điều hành của Chính phủ."),
    "report": ("_report", "Bộ chỉ số 766, biểu TT 01/2020/TT-VPCP, chỉ tiêu số hóa."),
    "health": ("_health", "Kiểm tra mọi hệ thống, chứng thư số, hàng đợi, đĩa."),
    "systems": ("_systems", "Liệt kê mọi dịch vụ của các hệ thống quốc gia."),
    "conform": ("_conform", "Thử một kết nối bằng bộ kiểm tra chung của mọi kết nối."),
    "check-id": ("_check_id", "Giải thích một mã số: đúng quy tắc không, từng phần nghĩa là gì."),
    "match": ("_match", "So hai họ và tên: khớp, gần giống hay khác, theo quy tắc nào."),
    "config": ("_config", "Kiểm tra và xem tệp cấu hình."),
    "keys": ("_keys", "Tạo bộ khóa mã hóa."),
    "migrate": ("_migrate", "Đưa cơ sở dữ liệu lên đúng phiên bản."),
    "completion": ("_completion", "In mã gợi ý lệnh cho bash, zsh, fish."),
}


class _LazyGroup(Group):
    """Knows its commands by name and first line; loads one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f".{_COMMANDS[cmd_name][0]}", __package__)
        found: click.Command = module.command
        return found

    def first_lines(self, ctx: click.Context) -> list[tuple[str, str]]:  # noqa: ARG002
        return [(name, line) for name, (_, line) in _COMMANDS.items()]


@click.group(cls=_LazyGroup, name="lienthong", context_settings=CONTEXT)
@click.version_option(__version__, message="lienthong %(version)s", help="In phiên bản rồi thoát.")
def cli() -> None:
    """Liên thông: nối hệ thống một cửa của tỉnh với các cơ sở dữ liệu quốc gia.

    Cấu hình lấy từ --config, nếu không có thì từ biến LIENTHONG_CONFIG, rồi config/sandbox.toml.

    \b
    Ví dụ:
      lienthong demo                xem hệ thống làm việc, không cần cấu hình
      lienthong health              mọi hệ thống có trả lời không
      lienthong verify --help       hướng dẫn của một lệnh

    \b
    Mã thoát: 0 tốt · 1 cảnh báo hoặc trả lời “không” · 2 hỏng
              64 lệnh hoặc dữ liệu gõ sai · 78 cấu hình sai
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and ends the process.

    Exit codes: 0 ok, 1 a warning or a negative answer, 2 failure, 64 wrong usage or malformed input, 78 configuration,
    130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal without Vietnamese letters shows question marks, not a failure.
            stream.reconfigure(errors="replace")
    sys.exit(_run(given))


def _run(arguments: list[str]) -> int:
    as_json = "--json" in arguments
    try:
        code = cli.main(arguments, prog_name="lienthong", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return USAGE
    except click.UsageError as error:
        return usage_failed(error, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us (head, less) has seen enough; Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last door: no stack trace reaches a user
        return work_failed(error, as_json=as_json)
    return code if isinstance(code, int) else OK
