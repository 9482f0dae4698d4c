"""The checks of one national system: its cheapest honest call, certificates, token, breaker."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from lienthong.gateway import LastCheck, Line
from lienthong.interface import ConfigurationError
from lienthong.transport import certificate_expiry

from ._certificates import Problem, ServerCertificate, server_certificate
from ._names import component_vi
from ._report import Check, CheckStatus
from ._rooms import Rooms

CALL_S: Final = 6.0
"""Longest wait for the answer of one system, so that a whole run ends within eight seconds."""
_HANDSHAKE_S: Final = 3.0

# By cause: what happened and what to do. Certificate, silence and credentials need three different people.
_CAUSES: Final[dict[str, tuple[str, str]]] = {
    "certificate_expired": (
        "The certificate that {system} shows has expired or is not valid yet. Report it to the agency and check our clock.",
        "Chứng thư số của hệ thống “{system}” đã hết hạn: báo cơ quan chủ quản gia hạn và kiểm tra đồng hồ máy chủ.",
    ),
    "certificate_wrong_host": (
        "The certificate that {system} shows is for another host. Check systems.{system}.url, then report it to the agency.",
        "Chứng thư số của hệ thống “{system}” cấp cho máy chủ khác: kiểm tra địa chỉ trong cấu hình, rồi báo cơ quan chủ quản.",
    ),
    "certificate_untrusted": (
        "The certificate that {system} shows is not signed by a trusted authority. Put the agency's authority into systems.{system}.ca.",
        "Chứng thư số của hệ thống “{system}” không do đơn vị tin cậy cấp: cập nhật tệp CA trong cấu hình.",
    ),
    "handshake_refused": (
        "{system} refused the TLS handshake, probably our client certificate. Check systems.{system}.client_certificate.",
        "Hệ thống “{system}” từ chối bắt tay TLS, có thể do chứng thư số của ta: kiểm tra client_certificate trong cấu hình.",
    ),
    "unreachable": (
        "No connection to {system}. Check network, firewall and address; cases are accepted provisionally meanwhile.",
        "Không kết nối được hệ thống “{system}”: kiểm tra mạng, tường lửa, địa chỉ; hồ sơ vẫn được tiếp nhận tạm.",
    ),
    "maybe_arrived": (
        "{system} was reached but gave no whole answer in time. Watch its answer times; report it to the agency if it lasts.",
        "Hệ thống “{system}” không trả lời kịp: theo dõi thời gian trả lời, nếu kéo dài thì báo cơ quan chủ quản.",
    ),
    "credentials_refused": (
        "{system} refuses our account or token. Check account, secret and clock in systems.{system}.channel.",
        "Hệ thống “{system}” từ chối tài khoản hoặc mã truy cập của ta: kiểm tra tài khoản, khóa bí mật và đồng hồ máy chủ.",
    ),
    "session_ended": (
        "{system} ends our session again and again. Check the clock and whether another process uses the same account.",
        "Hệ thống “{system}” liên tục kết thúc phiên làm việc: kiểm tra đồng hồ và việc dùng chung tài khoản.",
    ),
    "overloaded": (
        "{system} asks us to send less. Compare the agreed quota to systems.{system}.limits.per_minute.",
        "Hệ thống “{system}” yêu cầu giảm số lượt gọi: đối chiếu hạn mức đã thỏa thuận với cấu hình.",
    ),
    "system_fault": (
        "{system} reports a failure of its own. If it lasts, report it to the agency.",
        "Hệ thống “{system}” báo lỗi nội bộ: nếu kéo dài thì báo cơ quan chủ quản.",
    ),
    "reply_unreadable": (
        "What answers for {system} is not what its contract promises. Look for a proxy in between or a changed contract.",
        "Câu trả lời của hệ thống “{system}” không đúng hợp đồng: kiểm tra thiết bị trung gian hoặc thay đổi phía họ.",
    ),
}
_MAINTENANCE: Final = (
    "{system} does not answer during the maintenance that it announced. Nothing is to be done.",
    "Hệ thống “{system}” đang bảo trì theo lịch đã thông báo: không cần xử lý, hồ sơ vẫn được tiếp nhận tạm.",
)
_UNKNOWN_CAUSE: Final = (
    "The check of {system} failed; the log has the details.",
    "Kiểm tra hệ thống “{system}” không thành công: xem nhật ký để biết chi tiết.",
)
_BY_CERTIFICATE: Final[dict[Problem, str]] = {
    "expired": "certificate_expired",
    "wrong_host": "certificate_wrong_host",
    "untrusted": "certificate_untrusted",
    "refused": "handshake_refused",
}


async def system_checks(rooms: Rooms, system: str, earlier: dict[str, Check]) -> tuple[Check, ...]:
    """All checks of one configured system.

    Args:
        rooms: The process's rooms.
        system: Name of its table.
        earlier: Kept results by name: the last known end of a certificate that cannot be seen now.

    Raises:
        AuditUnavailable: The audit log cannot be written, so nothing was asked.
    """
    line = rooms.gateway.line(system)
    last, shown = await asyncio.gather(_asked(rooms, system), _shown(line))
    now = rooms.now()
    affected = tuple(service.name for service in line.connector.services())
    cause = _cause(last, shown)
    maintained = any(
        item.system == system and item.begins <= now < item.ends
        for item in rooms.settings.maintenance
    )
    checks = [_call(system, last, cause, affected, maintained=maintained)]
    if shown is not None:
        checks.append(_server(rooms, line, shown, now, earlier.get(f"{system}:certificate")))
    if line.settings.client_certificate is not None:
        checks.append(_client(rooms, line, now))
    checks += (_token(line, cause, now), _breaker(line, now))
    return tuple(checks)


async def _asked(rooms: Rooms, system: str) -> LastCheck:
    try:
        async with asyncio.timeout(CALL_S):
            return await rooms.gateway.check(system)
    except TimeoutError:
        return LastCheck(rooms.now(), False, "no answer in time", "maybe_arrived", CALL_S * 1000)
    except ConfigurationError as error:
        return LastCheck(rooms.now(), False, str(error), error.code)


async def _shown(line: Line) -> ServerCertificate | None:
    if not line.settings.url.startswith("https:"):
        return None
    return await server_certificate(line.settings, _HANDSHAKE_S)


def _cause(last: LastCheck, shown: ServerCertificate | None) -> str:
    """Why the call failed; ``""`` when it did not. A certificate explains refused credentials better than the channel."""
    if last.passed:
        return ""
    if last.error == "credentials_refused" and shown is not None:
        return _BY_CERTIFICATE.get(shown.problem, last.error)
    return last.error


def _call(
    system: str, last: LastCheck, cause: str, affected: tuple[str, ...], *, maintained: bool
) -> Check:
    if last.passed:
        texts = (
            f"{system} answers: {last.detail}.",
            f"Hệ thống “{component_vi(system)}” trả lời bình thường.",
        )
    else:
        english, vietnamese = _MAINTENANCE if maintained else _CAUSES.get(cause, _UNKNOWN_CAUSE)
        texts = (
            f"{english.format(system=system)} ({last.detail})",
            vietnamese.format(system=component_vi(system)),
        )
    # Asked to wait, the system is alive; announced maintenance passes: the desk goes on provisionally.
    bad = CheckStatus.WARN if maintained or cause == "overloaded" else CheckStatus.FAIL
    return Check(
        system,
        "check",
        "system",
        CheckStatus.PASS if last.passed else bad,
        last.at,
        *texts,
        observed=round(last.duration_ms, 1),
        unit="ms",
        affected=affected,
    )


def _server(
    rooms: Rooms, line: Line, shown: ServerCertificate, now: datetime, earlier: Check | None
) -> Check:
    system = line.settings.name
    cause = _BY_CERTIFICATE.get(shown.problem, "")
    expires = shown.expires or line.transport.certificate_expires
    if cause and cause != "certificate_expired":
        english, vietnamese = _CAUSES[cause]
        return Check(
            system,
            "certificate",
            "system",
            CheckStatus.FAIL,
            now,
            english.format(system=system),
            vietnamese.format(system=component_vi(system)),
            observed=_days(expires, now) if expires else None,
            unit="day",
        )
    if expires is None and earlier is not None and earlier.observed is not None:
        return Check(
            system,
            "certificate",
            "system",
            CheckStatus.WARN,
            earlier.at,
            f"The certificate of {system} cannot be seen now; its end was known before.",
            f"Hiện chưa xem được chứng thư số của hệ thống “{component_vi(system)}”; số ngày còn lại là của lần xem trước.",
            observed=earlier.observed,
            unit="day",
        )
    if expires is None:
        return Check(
            system,
            "certificate",
            "system",
            CheckStatus.WARN,
            now,
            f"The certificate of {system} was not seen yet: no connection.",
            f"Chưa xem được chứng thư số của hệ thống “{component_vi(system)}” vì chưa kết nối được.",
        )
    return _expiry(rooms, system, "certificate", f"{system}", expires, now)


def _client(rooms: Rooms, line: Line, now: datetime) -> Check:
    """Our own certificate: what the probes of other monitors forget."""
    system, path = line.settings.name, line.settings.client_certificate
    try:
        expires = certificate_expiry(path) if path is not None else None
    except ConfigurationError as error:
        return Check(
            system,
            "client_certificate",
            "component",
            CheckStatus.FAIL,
            now,
            str(error),
            f"Không đọc được chứng thư số của ta dùng cho hệ thống “{component_vi(system)}”: kiểm tra client_certificate trong cấu hình.",
        )
    if expires is None:
        msg = "a client certificate is configured"
        raise AssertionError(msg)
    return _expiry(rooms, system, "client_certificate", f"our side for {system}", expires, now)


def _expiry(
    rooms: Rooms, system: str, measurement: str, whose: str, expires: datetime, now: datetime
) -> Check:
    days = _days(expires, now)
    ours = measurement == "client_certificate"
    vietnamese = f"{'của ta dùng cho' if ours else 'của'} hệ thống “{component_vi(system)}”"
    renew_en = "Renew it" if ours else "Report it to the agency"
    renew_vi = "gia hạn ngay" if ours else "báo cơ quan chủ quản gia hạn"
    if expires <= now:
        status = CheckStatus.FAIL
        output = f"The certificate of {whose} expired on {expires:%Y-%m-%d}. {renew_en}."
        output_vi = f"Chứng thư số {vietnamese} đã hết hạn ngày {expires:%d/%m/%Y}: {renew_vi}."
    elif days < rooms.settings.health.certificate_warn_days:
        status = CheckStatus.WARN
        output = f"The certificate of {whose} ends on {expires:%Y-%m-%d}. {renew_en} in time."
        output_vi = f"Chứng thư số {vietnamese} sắp hết hạn ngày {expires:%d/%m/%Y}: {renew_vi}."
    else:
        status = CheckStatus.PASS
        output = f"The certificate of {whose} is valid until {expires:%Y-%m-%d}."
        output_vi = f"Chứng thư số {vietnamese} còn hạn đến ngày {expires:%d/%m/%Y}."
    return Check(
        system, measurement, "system", status, now, output, output_vi, observed=days, unit="day"
    )


def _token(line: Line, cause: str, now: datetime) -> Check:
    system = line.settings.name
    state = line.connector.channel.state()
    left = (
        round((state.token_expires - now).total_seconds())
        if state.token_expires is not None
        else None
    )
    if cause in {"credentials_refused", "session_ended"}:
        english, vietnamese = _CAUSES[cause]
        return Check(
            system,
            "token",
            "system",
            CheckStatus.FAIL,
            now,
            english.format(system=system),
            vietnamese.format(system=component_vi(system)),
            observed=left,
            unit="s",
        )
    if left is None:
        output = f"No token with a known end is held for {system} (channel {state.kind})."
        output_vi = f"Kênh {state.kind} của hệ thống “{component_vi(system)}” không giữ mã truy cập có thời hạn."
    else:
        output = f"The token for {system} is renewed by itself before it ends."
        output_vi = f"Mã truy cập hệ thống “{component_vi(system)}” còn hạn và tự gia hạn."
    return Check(
        system, "token", "system", CheckStatus.PASS, now, output, output_vi, observed=left, unit="s"
    )


def _breaker(line: Line, now: datetime) -> Check:
    system = line.settings.name
    state = line.policies.state()
    closed = state.breaker == "closed"
    if closed:
        output = f"Calls to {system} pass."
        output_vi = f"Các lượt gọi tới hệ thống “{component_vi(system)}” đang được phép đi qua."
    else:
        output = f"Calls to {system} rest after failures ({state.last_error}); a synthetic call finds out when it is back."
        output_vi = f"Đang tạm ngừng gọi hệ thống “{component_vi(system)}” sau nhiều lỗi; sẽ tự gọi lại khi hệ thống trả lời."
    return Check(
        system,
        "breaker",
        "component",
        CheckStatus.PASS if closed else CheckStatus.WARN,
        now,
        output,
        output_vi,
        observed=state.breaker,
    )


def _days(expires: datetime, now: datetime) -> int:
    """Whole days left; negative once it has ended."""
    return int((expires - now).total_seconds() // 86400)
