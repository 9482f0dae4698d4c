"""The national store of digitised papers, and files behind links (hub page §1, §4.1)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._common import CHANNELS, PROXY, SYSTEM

FIND_PAPERS: Final = Service(
    SYSTEM,
    "kho/danhsach",
    Verb.LOOKUP,
    "Tra cứu kho kết quả số hóa",
    "Papers of an owner in the national store, by owner and result code; the officer is the requester",
    (PROXY,),
    CHANNELS[PROXY],
    Basis.CODE,
    "hub page §4.1 (addresses ours)",
    request=(
        Field("SoDinhDanhChuSoHuu", "string", "owner's number", True),
        Field("HoTenNguoiYeuCau", "string", "who asks", True),
        Field("KenhThucHien", "1 | 2", "officer, citizen", True),
        Field("SoDinhDanhNguoiYeuCau", "string", "number of who asks, never the owner's for an officer", True),
        Field("MaThuTuc", "string", "procedure, the purpose", True),
        Field("DanhSachDanhMucKetQua/MaKetQua", "string", "result code", True),
        Field("DanhSachDanhMucKetQua/SoKyHieu", "string", "number and sign, may be empty"),
    ),
    reply=(
        Field("errorCode", "string", "0 for success", True),
        Field("message", "string", "words"),
        Field("signature", "string", "algorithm unpublished; kept as it came"),
        Field("result/DanhSachGiayToKetQua/MaKetQua", "string", "result code"),
        Field("result/DanhSachGiayToKetQua/TenGiayTo", "string", "name"),
        Field("result/DanhSachGiayToKetQua/SoKyHieu", "string", "number and sign"),
        Field("result/DanhSachGiayToKetQua/CoQuanChuQuan", "string", "agency"),
        Field("result/DanhSachGiayToKetQua/DanhSachTepDinhKem/TenTep", "string", "file name"),
        Field("result/DanhSachGiayToKetQua/DanhSachTepDinhKem/DuongDan", "string", "where the file is"),
    ),
)  # fmt: skip
GET_PAPER_FILE: Final = Service(
    SYSTEM,
    "kho/tep",
    Verb.LOOKUP,
    "Lấy tệp từ kho kết quả số hóa",
    "One file of a stored paper",
    (PROXY,),
    CHANNELS[PROXY],
    Basis.CODE,
    "hub page §4.1 (addresses ours)",
    request=(
        Field("CoQuanChuQuan", "string", "agency", True),
        Field("DuongDan", "string", "where the file is", True),
    ),
    reply=(Field("(body)", "base64 text", "the file", True),),
)
GET_FILE: Final = Service(
    SYSTEM,
    "downloadfile",
    Verb.LOOKUP,
    "Tải tệp qua trục",
    "A file behind a link of the hub; the link's host is replaced by our own adapter's",
    (PROXY,),
    CHANNELS[PROXY],
    Basis.CODE,
    "hub page §1",
    request=(Field("uid", "string, in the path", "36 characters", True, 36),),
    reply=(Field("(body)", "bytes", "the file", True),),
)
FETCH_FILE: Final = Service(
    SYSTEM,
    "getfile",
    Verb.LOOKUP,
    "Tải tệp qua proxy của tỉnh",
    "A file that the proxy fetches for us, by its id or, by setting, by its link",
    (PROXY,),
    CHANNELS[PROXY],
    Basis.CODE,
    "hub page §1.1 (names of the parameters ours)",
    request=(
        Field("url", "url", "the link; or id", basis=Basis.OURS),
        Field("id", "string", "id of the file; or url", basis=Basis.OURS),
    ),
    reply=(Field("(body)", "bytes", "the file", True),),
)

SERVICES: Final = (
    FIND_PAPERS,
    GET_PAPER_FILE,
    GET_FILE,
    FETCH_FILE,
)
