"""EMC, the ministry's measurement of online services (hub page §5.4)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._common import CHANNELS, EMC, FLAG, SYSTEM

TELL_EMC: Final = Service(
    SYSTEM,
    "TrackingMCDT",
    Verb.SHARE,
    "Gửi số liệu đo lường dịch vụ công trực tuyến",
    "Tell the measurement of online services of one event; any answer of success means taken, none is read",
    (EMC,),
    CHANNELS[EMC],
    Basis.CODE,
    "hub page §5.4",
    idempotent=False,
    request=(
        Field("CodeProfile", "string", "profile given by EMC: a setting", True),
        Field("SiteId", "string", "site given by EMC: a setting", True),
        Field("CodeTTHC", "string", "national procedure code", True),
        Field("NameTTHC", "string", "procedure name", True),
        Field("MaHoSo", "string", "dossier code", True),
        Field("Status", "0 … 4", "other, received, in process, returned, assigned", True),
        Field("FormsReception", "1 | 2", "online, direct", True),
        Field("FormsPayments", "0 | 1 | 2", "none, online, direct", True),
        Field("Level", "3 | 4", "partial online, full online", True),
        Field("IsFromDVCQG", FLAG, "filed on the national portal", True),
        Field("IsDVCBC", "0 | 1 | 2", "returned at the counter, by post, otherwise", True),
        Field("Data", "string", "content unpublished"),
        Field("User", "JSON in a string", "members unpublished; may be personal, so an empty object unless the caller gives it"),
    ),
)  # fmt: skip
CHECK_EMC: Final = Service(
    SYSTEM,
    "TrackingMCDT",
    Verb.CHECK,
    "Kiểm tra kết nối EMC",
    "An empty object, which is no event: any answer but a failure shows that something takes events there",
    (EMC,),
    CHANNELS[EMC],
    Basis.OURS,
    "hub page §5.4 (no check is published)",
)

SERVICES: Final = (TELL_EMC, CHECK_EMC)
