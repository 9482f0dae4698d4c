"""How a twin is made: a descendant of the reference connector in which one thing is different."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lienthong.interface import CallFailed, ReplyUnreadable, SystemFault, WireReply
from lienthong.testing._reference import SYSTEM, ReferenceConnector, SessionChannel

TWINS: Final[dict[str, type[ReferenceConnector]]] = {}
"""Twin by the name of the check that it fails."""


def twin(name: str, **members: Any) -> None:
    """A twin with other members."""
    TWINS[name] = type(f"Twin_{name}", (ReferenceConnector,), members)


def builds(name: str, build: Callable[[Callable[[Any], Any], Any], Any]) -> None:
    """A twin that is built in another way: from the plain way and the settings."""
    plain = ReferenceConnector.build.__func__  # type: ignore[attr-defined]  # the class method's function

    def other(cls: Any, settings: Any, tools: Any) -> Any:
        return build(lambda changed: plain(cls, changed, tools), settings)

    twin(name, build=classmethod(other))


def session(name: str, **members: Any) -> None:
    """A twin whose channel has other members."""
    twin(name, channel_class=type(f"Channel_{name}", (SessionChannel,), members))


def _like(came: object, kind: type, text: str) -> bool:
    return isinstance(came, kind) and text in getattr(came, "problem", "")


def changes(
    name: str, kind: type, make: Callable[[Any], Any], text: str = "", verb: str = "lookup"
) -> None:
    """A twin in which such an outcome, or an error with this text, becomes another outcome or error."""
    plain = getattr(ReferenceConnector, verb)

    async def changed(self: Any, subject: Any, call: Any, **more: Any) -> Any:
        try:
            came = await plain(self, subject, call, **more)
        except CallFailed as error:
            came = error
        if _like(came, kind, text):
            came = make(came)
        if isinstance(came, Exception):
            raise came
        return came

    twin(name, **{verb: changed})


def repeats(name: str, kind: type, text: str = "", verb: str = "lookup") -> None:
    """A twin that asks a second time after such an outcome, or an error with this text."""
    plain = getattr(ReferenceConnector, verb)

    async def again(self: Any, subject: Any, call: Any, **more: Any) -> Any:
        try:
            came = await plain(self, subject, call, **more)
        except CallFailed as error:
            if not _like(error, kind, text):
                raise
        else:
            if not _like(came, kind, text):
                return came
        return await plain(self, subject, call, **more)

    twin(name, **{verb: again})


def reads(name: str, read: Callable[[bytes, Callable[[], Any]], Any]) -> None:
    """A twin that reads companies in another way: from the body and the plain way."""

    def other(self: Any, reply: WireReply, service: str) -> Any:
        def plain() -> Any:
            return ReferenceConnector.read(self, reply, service)

        return read(reply.body, plain) if service == "company" else plain()

    twin(name, read=other)


def fault(error: Any) -> CallFailed:
    """A fault of the far side, whatever it was."""
    return SystemFault(SYSTEM, "company", getattr(error, "problem", "misread"))


def unreadable(error: Any) -> CallFailed:
    """An unreadable answer, whatever it was."""
    return ReplyUnreadable(SYSTEM, error.service, error.problem)
