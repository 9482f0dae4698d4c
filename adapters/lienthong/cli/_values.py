"""The options that say what is asked, and how each is read. Declared without the rooms, so that help is fast."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def _text(value: str) -> str:
    return value.strip()


def _same(value: Any) -> Any:
    return value


def _person(value: str) -> Any:
    from lienthong.identity import identify_person_number

    return identify_person_number(value)


def _identifier(name: str) -> Callable[[str], Any]:
    def read(value: str) -> Any:
        from lienthong import identity

        return getattr(identity, name).parse(value)

    return read


def _card(value: str) -> Any:
    """A card's code, or the personal number that the gateway takes in its place (insurance page §2.2)."""
    from lienthong.identity import InsuranceCard, PersonalNumber

    text = value.strip()
    return (
        PersonalNumber.parse(text)
        if len(text) == 12 and text.isdecimal()
        else InsuranceCard.parse(text)
    )


def _day(value: str) -> date:
    return datetime.strptime(value.strip(), "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone


def _time(value: str) -> time:
    return time.fromisoformat(value.strip())


def _moment(value: str) -> datetime:
    from zoneinfo import ZoneInfo

    found = datetime.strptime(value.strip(), "%d/%m/%Y %H:%M")  # noqa: DTZ007 - the zone follows
    return found.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def _results(values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """``MAKETQUA`` or ``MAKETQUA=number/sign``."""
    pairs = (value.partition("=") for value in values)
    return tuple((code.strip(), sign.strip()) for code, _, sign in pairs)


_MARITAL: Final = {"single": "1", "married": "2", "ended": "3"}
"""Population page A5."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option whose value becomes a field of a query."""

    name: str
    metavar: str
    help: str
    read: Callable[[Any], Any] = _text
    choices: tuple[str, ...] = ()
    many: bool = False
    number: bool = False

    @property
    def parameter(self) -> str:
        """Name under which click hands it over."""
        return "asked_" + self.name.removeprefix("--").replace("-", "_")


_LISTS: Final = (
    "agencies", "fields", "sexes", "provinces", "districts", "communes", "countries", "ethnicities",
    "religions", "marital_statuses", "subjects", "levels", "legal_bases", "fees", "procedure_kinds",
    "procedure_groups", "procedures_of_kind",
)  # fmt: skip

_SCORES: Final = (
    "service-results", "transparency", "dvc-progress-tree", "provide-online-tree", "formality-online-payment-tree",
    "dossier-digitized", "handling-satisfaction", "report_tinh_766_service",
)  # fmt: skip

_OPTIONS: Final = (
    Option("--ticket", "SỐ", "Mã yêu cầu danh sách."),
    Option("--part", "PHẦN", "status, detail, history, result.", choices=("status", "detail", "history", "result")),
    Option("--form", "DẠNG", "records, file.", choices=("records", "file")),
    Option("--enterprise", "MÃ", "Mã số doanh nghiệp.", _identifier("EnterpriseCode")),
    Option(
        "--register", "SỔ", "enterprise, household_business, cooperative.",
        choices=("enterprise", "household_business", "cooperative"),
    ),
    Option("--journal", "SỐ", "Số hồ sơ đăng ký doanh nghiệp."),
    Option("--from", "NGÀY", "Từ ngày dd/MM/yyyy.", _day),
    Option("--to", "NGÀY", "Đến ngày dd/MM/yyyy.", _day),
    Option("--from-time", "GIỜ", "Từ giờ HH:mm.", _time),
    Option("--to-time", "GIỜ", "Đến giờ HH:mm.", _time),
    Option("--insurance", "SỐ", "Mã số BHXH.", _identifier("InsuranceNumber")),
    Option("--book", "SỐ", "Số sổ hộ."),
    Option("--card", "MÃ", "Mã thẻ BHYT, hoặc số định danh.", _card),
    Option("--household-card", "MÃ", "Mã thẻ BHYT của một người trong hộ."),
    Option("--record", "MÃ", "Mã hồ sơ khám chữa bệnh, như lịch sử đã nêu."),
    Option("--province", "MÃ", "Mã tỉnh 2 số."),
    Option("--district", "MÃ", "Mã huyện 3 số (trước 01/7/2025)."),
    Option("--commune", "MÃ", "Mã xã 5 số."),
    Option("--address", "ĐỊA-CHỈ", "Địa chỉ chi tiết."),
    Option("--serial", "SỐ", "Số phát hành giấy chứng nhận.", _identifier("CertificateSerial")),
    Option("--barcode", "SỐ", "Mã vạch giấy chứng nhận.", _identifier("CertificateBarcode")),
    Option("--sheet", "SỐ", "Tờ bản đồ.", _same, number=True),
    Option("--parcel", "SỐ", "Thửa đất.", _same, number=True),
    Option("--code", "MÃ", "Mã hồ sơ hoặc mã thủ tục cần tìm."),
    Option("--list", "TÊN", "Danh mục: " + ", ".join(_LISTS) + ".", choices=_LISTS),
    Option("--procedure-kind", "MÃ", "Loại thủ tục, với procedures_of_kind."),
    Option("--agency", "MÃ", "Mã định danh cơ quan."),
    Option("--decision", "MÃ", "Mã quyết định công bố."),
    Option("--asked-of", "NƠI", "portal, agencies.", choices=("portal", "agencies")),
    Option("--question", "MÃ", "Mã câu hỏi."),
    Option("--result", "MÃ[=SỐ]", "Mã kết quả cần tìm, có thể kèm số ký hiệu; lặp lại được.", _results, many=True),
    Option("--path", "ĐƯỜNG-DẪN", "Đường dẫn của tệp trong kho."),
    Option("--url", "LIÊN-KẾT", "Liên kết mà Cổng đã gửi."),
    Option("--period", "KỲ", "Năm, quý hoặc tháng: 2026, 2026-Q4, 2026-11."),
    Option("--score-report", "BẢNG", "Bảng điểm 766: " + ", ".join(_SCORES) + ".", choices=_SCORES),
    Option("--under", "MÃ", "Mã của Cổng về một đơn vị: xem các đơn vị trực thuộc."),
    Option("--page", "SỐ", "Trang, từ 1.", _same, number=True),
    Option("--reference", "MÃ", "Mã tham chiếu thanh toán."),
    Option("--started-at", "LÚC", 'Lúc bắt đầu thanh toán, "dd/MM/yyyy HH:mm".', _moment),
    Option(
        "--relation", "QUAN-HỆ", "Người kia là gì của người nộp: father, mother, spouse, child.",
        choices=("father", "mother", "spouse", "child"),
    ),
    Option("--relative", "TÊN", "Họ và tên người kia."),
    Option("--relative-id", "SỐ", "Số định danh của người kia.", _person),
    Option("--head-relation", "MÃ", "Quan hệ với chủ hộ, ví dụ CH01."),
    Option(
        "--marital", "TÌNH-TRẠNG", "single (chưa kết hôn), married (có vợ/chồng), ended (ly hôn, góa).",
        _MARITAL.__getitem__, choices=tuple(_MARITAL),
    ),
)  # fmt: skip


def _read(option: Option) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        try:
            return option.read(value)
        except ValueError as error:
            from lienthong.identity import IdentityError

            if isinstance(error, IdentityError):
                raise
            # Never the value itself: it may be about a person.
            msg = f"the value of {option.name} is malformed: {option.help} / giá trị {option.name} không đúng dạng"
            raise click.UsageError(msg) from None

    return read


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    option.name: _read(option) for option in _OPTIONS
}
"""Option → how its typed value becomes the value of a field. Raises IdentityError or UsageError."""


def asked_options(names: tuple[str, ...]) -> Callable[[F], F]:
    """Adds these options to a command, in the order of the table."""

    def add(function: F) -> F:
        for option in reversed([option for option in _OPTIONS if option.name in names]):
            form: Any = (
                click.Choice(option.choices) if option.choices else (int if option.number else str)
            )
            function = click.option(
                option.name,
                option.parameter,
                type=form,
                metavar=option.metavar,
                multiple=option.many,
                help=option.help,
            )(function)
        return function

    return add


def typed_values(parameters: dict[str, Any]) -> dict[str, Any]:
    """Takes the values of our options out of what click handed over; ``None`` where nothing was typed."""
    return {
        option.name: parameters.pop(option.parameter) or None
        for option in _OPTIONS
        if option.parameter in parameters
    }
