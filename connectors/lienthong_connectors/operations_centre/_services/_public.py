"""The public catalogue of the new portal (hub page §3.2): its own web pages call it, and nobody signed a contract for it."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._common import CHANNELS, PUBLIC, SYSTEM

LIST_PUBLIC: Final = Service(
    SYSTEM,
    "list-all-public-formality-by-citizen",
    Verb.LOOKUP,
    "Danh sách thủ tục công khai trên Cổng Dịch vụ công quốc gia",
    "Codes and names of the procedures that the portal shows to everybody, page by page: a fall-back, to be used slowly",
    (PUBLIC,),
    CHANNELS[PUBLIC],
    Basis.CODE,
    "hub page §3.2",
    request=(
        Field("limit", "int, up to 200", "length of a page", True),
        Field("lastId", "string", "cursor: lastId of the page before"),
        Field("q", "string", "text searched for: the code, when one procedure is wanted"),
    ),
    reply=(
        Field("data/items/id", "UUID", "the portal's own id"),
        Field("data/items/code", "string", "procedure code; codeNotation was seen too"),
        Field("data/items/name", "string", "procedure name"),
        Field("data/lastId", "string", "cursor of the next page; absent on the last"),
    ),
)
GET_PUBLIC: Final = Service(
    SYSTEM,
    "get-formality-by-citizen",
    Verb.LOOKUP,
    "Thông tin thủ tục công khai trên Cổng Dịch vụ công quốc gia",
    "One procedure as the portal shows it: no papers and no results, so the catalogue is not synchronised from it",
    (PUBLIC,),
    CHANNELS[PUBLIC],
    Basis.CODE,
    "hub page §3.2",
    request=(Field("id", "UUID", "the portal's own id, found by the code in the list", True),),
    reply=(
        Field("data/isMinistry", "bool", "done at ministries"),
        Field("data/isProvince", "bool", "done at provinces"),
        Field("data/isWard", "bool", "done at communes"),
        Field("data/category/id", "string", "field code; its members are ours", basis=Basis.OURS),
        Field("data/category/name", "string", "field name; ours", basis=Basis.OURS),
    ),
)
_FILE: Final = (Field("(body)", "bytes", "the file", True),)
GET_SHEET: Final = Service(
    SYSTEM,
    "export-pdf-formality-detail-by-citizen",
    Verb.LOOKUP,
    "Bản in thủ tục công khai trên Cổng Dịch vụ công quốc gia",
    "One procedure as the portal prints it for everybody",
    (PUBLIC,),
    CHANNELS[PUBLIC],
    Basis.CODE,
    "hub page §3.2",
    request=GET_PUBLIC.request,
    reply=(Field("(body)", "PDF", "the sheet", True),),
)
GET_ATTACHMENT: Final = Service(
    SYSTEM,
    "preview-attachment",
    Verb.LOOKUP,
    "Tệp biểu mẫu trên Cổng Dịch vụ công quốc gia (theo mã tệp)",
    "A form behind a link of the portal with fileId; the link's host is replaced by ours",
    (PUBLIC,),
    CHANNELS[PUBLIC],
    Basis.CODE,
    "hub page §3.2",
    request=(Field("fileId", "string, in the query", "id of the file", True),),
    reply=_FILE,
)
GET_FORM: Final = Service(
    SYSTEM,
    "files/configuring",
    Verb.LOOKUP,
    "Tệp biểu mẫu trên Cổng Dịch vụ công quốc gia (theo đường dẫn)",
    "A form behind a link of the portal with id and name; the link's host is replaced by ours",
    (PUBLIC,),
    CHANNELS[PUBLIC],
    Basis.CODE,
    "hub page §3.2",
    request=(
        Field("id", "string, in the path", "id of the file", True),
        Field("name", "string, in the path", "its name", True),
    ),
    reply=_FILE,
)
CHECK_PUBLIC: Final = Service(
    SYSTEM,
    LIST_PUBLIC.name,
    Verb.CHECK,
    "Kiểm tra kết nối Cổng Dịch vụ công quốc gia (trang công khai)",
    "A page of one procedure",
    (PUBLIC,),
    CHANNELS[PUBLIC],
    Basis.OURS,
    "hub page §3.2 (no check is published)",
    request=(Field("limit", "int, 1", "length of the page", True),),
    reply=LIST_PUBLIC.reply[:3],
)

SERVICES: Final = (
    LIST_PUBLIC,
    GET_PUBLIC,
    GET_SHEET,
    GET_ATTACHMENT,
    GET_FORM,
    CHECK_PUBLIC,
)
