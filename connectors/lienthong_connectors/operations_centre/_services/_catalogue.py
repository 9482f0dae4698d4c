"""The national catalogue, code lists and accounts (hub page §1.1, §3.1)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb
from lienthong_connectors.operations_centre._list_kinds import LISTS, ListKind

from ._common import ADAPTER, ALL_CHANNELS, CHANNELS, DIALECTS, REPLY, SYSTEM, read_service

LIST_PROCEDURES: Final = Service(
    SYSTEM,
    "LayDanhSachTTHC",
    Verb.LOOKUP,
    "Lấy danh sách thủ tục hành chính",
    "Codes and names of all procedures of the national catalogue",
    (ADAPTER,),
    CHANNELS[ADAPTER],
    Basis.CODE,
    "hub page §1.1",
    reply=(
        *REPLY,
        Field("result/MATTHC", "string", "procedure code"),
        Field("result/TENTTHC", "string", "procedure name"),
    ),
)
LIST_AGENCY_PROCEDURES: Final = Service(
    SYSTEM,
    "LayDanhSachTTHCDonVi",
    Verb.LOOKUP,
    "Lấy danh sách thủ tục hành chính của đơn vị",
    "Codes and names of the procedures of one agency (seen on a proxy)",
    DIALECTS,
    ALL_CHANNELS,
    Basis.CODE,
    "hub page §1.1",
    request=(Field("maDonVi", "string", "e-identifier of the agency", True),),
    reply=LIST_PROCEDURES.reply,
)
GET_PROCEDURE: Final = Service(
    SYSTEM,
    "LayThuTuc",
    Verb.LOOKUP,
    "Lấy thông tin thủ tục hành chính",
    "One procedure of the national catalogue with papers and results",
    DIALECTS,
    ALL_CHANNELS,
    Basis.CODE,
    "hub page §1.1, §3.1",
    request=(Field("maTTHC", "string", "national procedure code", True),),
    reply=(
        *REPLY,
        Field("result/MATTHC", "string", "procedure code"),
        Field("result/TENTTHC", "string", "procedure name"),
        Field("result/MACOQUANCONGBO", "string", "publishing agency"),
        Field("result/QUYETDINH", "string", "publication decision"),
        Field("result/IDQUYETDINHCONGBO", "string", "its id, which LayQDCB asks for; not used"),
        Field("result/TRANGTHAI", "string", "1 in force; absent counts as in force"),
        Field("result/LINHVUCTHUCHIEN/MALINHVUC", "string", "field code, first entry read"),
        Field("result/LINHVUCTHUCHIEN/TENLINHVUC", "string", "field name"),
        Field("result/CAPTHUCHIEN/TENCAP", "string", "level of administration; its code CAPTHUCHIEN is unpublished"),
        Field("result/DOITUONGTHUCHIEN/TENDOITUONG", "string", "who may apply"),
        Field("result/CACHTHUCTHUCHIEN/KENH", "1 | 2 | 3", "direct, online, post"),
        Field("result/CACHTHUCTHUCHIEN/THOIGIAN/THOIGIANGIAIQUYET", "number", "time limit"),
        Field("result/CACHTHUCTHUCHIEN/THOIGIAN/DONVITINH", "string", "its unit"),
        Field("result/CACHTHUCTHUCHIEN/THOIGIAN/PHILEPHI/SOTIEN", "number", "fee: whether there is one"),
        Field("result/THANHPHANHOSO/TRUONGHOP", "string", "case that asks for these papers"),
        Field("result/THANHPHANHOSO/GIAYTO/MAGIAYTO", "string", "component code"),
        Field("result/THANHPHANHOSO/GIAYTO/TENGIAYTO", "string", "component name"),
        Field("result/THANHPHANHOSO/GIAYTO/MA_KQ_THAYTHE", "string, comma list", "results that replace it"),
        Field("result/THANHPHANHOSO/GIAYTO/SOBANCHINH", "int or string", "originals"),
        Field("result/THANHPHANHOSO/GIAYTO/SOBANSAO", "int or string", "copies"),
        Field("result/THANHPHANHOSO/GIAYTO/TENMAUDON", "string", "form"),
        Field("result/KETQUATHUCHIEN/MAKETQUA", "string", "result code"),
        Field("result/KETQUATHUCHIEN/TENKETQUA", "string", "result name"),
        # Published, and of no use to a desk: what it asks of nobody is not kept.
        *(
            Field(f"result/{name}", "string", f"{meaning}; not used")
            for name, meaning in (
                ("ID", "id of the record"), ("LOAITTHC", "kind of procedure"), ("YEUCAU", "conditions"),
                ("TUKHOA", "key words"), ("MOTA", "description"), ("DIACHITIEPNHAN", "where it is received"),
                ("TRINHTUTHUCHIEN/TRUONGHOP", "case of the steps"), ("TRINHTUTHUCHIEN/TRINHTU/TENTRINHTU", "step"),
                ("CAPTHUCHIEN/CAPTHUCHIEN", "level, code"), ("DOITUONGTHUCHIEN/MADOITUONG", "who may apply, code"),
                ("CACHTHUCTHUCHIEN/THOIGIAN/MOTA", "time limit in words"),
                ("CACHTHUCTHUCHIEN/THOIGIAN/PHILEPHI/MAPHILEPHI", "fee, code"),
                ("CACHTHUCTHUCHIEN/THOIGIAN/PHILEPHI/DONVI", "fee, currency"),
                ("CACHTHUCTHUCHIEN/THOIGIAN/PHILEPHI/MOTA", "fee in words"),
                ("CACHTHUCTHUCHIEN/THOIGIAN/PHILEPHI/TENTEP", "fee, file name"),
                ("CACHTHUCTHUCHIEN/THOIGIAN/PHILEPHI/URL", "fee, file"),
                ("THANHPHANHOSO/GIAYTO/URL", "form, file"),
                ("KETQUATHUCHIEN/TENTEP", "result, form's file name"), ("KETQUATHUCHIEN/URL", "result, form's file"),
                ("CANCUPHAPLY/SOVANBAN", "legal basis, number"), ("CANCUPHAPLY/TENVANBAN", "legal basis, title"),
                ("CANCUPHAPLY/NGAYBANHANH", "legal basis, issued"), ("CANCUPHAPLY/NGAYHIEULUC", "legal basis, in force"),
                ("CANCUPHAPLY/COQUANBANHANH", "legal basis, issued by"),
                ("CANCUPHAPLY/DIACHITRUYCAP", "legal basis, address"),
                ("COQUANTHUCHIEN/MADONVI", "agency that decides, code"), ("COQUANTHUCHIEN/TENDONVI", "its name"),
                ("COTHAMQUYEN/MADONVI", "competent agency, code"), ("COTHAMQUYEN/TENDONVI", "its name"),
                ("DUOCUYQUYEN/MADONVI", "delegated agency, code"), ("DUOCUYQUYEN/TENDONVI", "its name"),
                ("PHOIHOP/MADONVI", "agency that helps, code"), ("PHOIHOP/TENDONVI", "its name"),
                ("TTHCLIENQUAN", "related procedures"), ("TTHCLIENTHONG", "linked procedures"),
            )
        ),
    ),
)  # fmt: skip
LIST_SEXES: Final = Service(
    SYSTEM,
    "LayDanhMucGioiTinh",
    Verb.CHECK,
    "Lấy danh mục giới tính",
    "The shortest code list: proves that sign-in and the share endpoint work, about no person",
    DIALECTS,
    ALL_CHANNELS,
    Basis.CODE,
    "hub page §1.1",
    reply=REPLY,
)


def _list_service(kind: ListKind) -> Service:
    basis = None if kind.published else Basis.OURS
    fields = [
        Field(f"result/{kind.code}", "string", "code", basis=basis),
        Field(f"result/{kind.name}", "string", "name", basis=basis),
    ]
    if kind.parent:
        fields.append(
            Field(f"result/{kind.parent}", "string", "code of the unit above", basis=basis)
        )
    if kind.service == "LayDanhMucLePhi":
        fields.append(Field("result/SOTIEN", "number", "amount, VND", basis=basis))
    request = (
        (Field("maLoaiThuTuc", "string", "kind of procedure", True, basis=Basis.OURS),)
        if kind.service == "LayDanhMucThuTucThuocLoai"
        else ()
    )
    words = "row keys published" if kind.published else "row keys by the rule MA…/TEN…: ours"
    return read_service(
        kind.service,
        f"Lấy danh mục {kind.title_vi}",
        f"A code list of the national portal: {kind.service.removeprefix('LayDanhMuc')}",
        tuple(fields),
        request,
        Basis.CODE,
        f"hub page §1.1, doubts page ({words})",
    )


CODE_LISTS: Final = {name: _list_service(kind) for name, kind in LISTS.items()}
GET_DECISION: Final = read_service(
    "LayQDCB",
    "Lấy quyết định công bố",
    "A decision that publishes procedures (seen on a proxy)",
    (
        Field("result/IDQUYETDINHCONGBO", "string", "id"),
        Field("result/QUYETDINH", "string", "number"),
        Field("result/MACOQUANCONGBO", "string", "publishing agency"),
        Field("result/DANHSACHTTHC/MATTHC", "string", "procedure code; ours", basis=Basis.OURS),
        Field("result/DANHSACHTTHC/TENTTHC", "string", "procedure name; ours", basis=Basis.OURS),
    ),
    (Field("idQDCB", "string", "id of the decision", True),),
)
FIND_ACCOUNT: Final = read_service(
    "TraCuuTechID",
    "Tra cứu mã định danh tài khoản",
    "The technical id of a portal account, which travels as MaDoiTuong",
    (Field("result/TECHNICALID", "string", "technical id"),),
    (
        Field("provider", "string", 'sign-on provider, "wso2is"', True),
        Field("mstorcmnd", "string", "tax number or identity number", True),
    ),
)

SERVICES: Final = (
    LIST_PROCEDURES,
    LIST_AGENCY_PROCEDURES,
    GET_PROCEDURE,
    LIST_SEXES,
    *CODE_LISTS.values(),
    GET_DECISION,
    FIND_ACCOUNT,
)
