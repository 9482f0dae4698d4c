"""The services of the hub that the connector implements, field by field (hub page §1.1, §2, §3.1)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._list_kinds import LISTS, ListKind

SYSTEM: Final = "operations_centre"

ADAPTER: Final = "adapter"
"""Directly through the security adapter: session in the body, one reply envelope."""
PROXY: Final = "proxy"
"""Through a provincial proxy: query parameters or a bare list in, the result as JSON text inside ``message`` out."""
PAYMENT: Final = "payment"
"""The payment platform: messages of its own, signed one by one, no session (hub page §5.3)."""
DIALECTS: Final = (ADAPTER, PROXY)

CHANNELS: Final = {
    ADAPTER: ("portal",),
    PROXY: ("open", "lgsp", "ngsp"),
    PAYMENT: ("open", "lgsp", "ngsp"),
}
"""Which channels carry which dialect. How a proxy signs callers in is each province's own (hub page §1.1)."""
_ALL_CHANNELS: Final = CHANNELS[ADAPTER] + CHANNELS[PROXY]

_DATE: Final = "yyyyMMddHHmmss, UTC+7"
_FLAG: Final = "0 | 1"

_REPLY: Final = (
    Field("error_code", "int or string", '0, "0" or "00" for success', True),
    Field("message", "string", 'free text; tells "already exists" from success'),
)

_DOSSIER: Final = (
    Field("isUpdating", "True | False", "update of a known dossier, or a new one", True),
    Field("data/MaHoSo", "string", "dossier code, the natural key", True),
    Field("data/MaTTHC", "string", "national procedure code without agency suffix", True),
    Field("data/TenTTHC", "string", "procedure name as in the national catalogue", True),
    Field("data/MaLinhVuc", "string", "field code as in the national catalogue", True),
    Field("data/TenLinhVuc", "string", "field name as in the national catalogue", True),
    Field("data/KenhThucHien", "1 | 2 | 3", "counter, online, public post", True),
    Field("data/ChuHoSo", "string", "owner's name", False),
    Field("data/SoGiayToChuHoSo", "string", "owner's paper number", True),
    Field("data/LoaiDoiTuong", "1 | 2 | 3 | 4", "citizen, business, state agency, other organisation", True),
    Field("data/MaDoiTuong", "string", "portal account of the owner, only when filed online", False),
    Field("data/DinhDanhCHS/LoaiDinhDanh", "1 | 2 | other", "12-digit or 9-digit number; other values unpublished: a setting", True),
    Field("data/DinhDanhCHS/SoDinhDanh", "string", "the number", True),
    Field("data/ThongTinKhac", "string", "other information, empty", False),
    Field("data/Fax", "string", "empty", False),
    Field("data/Email", "string", "owner's e-mail"),
    Field("data/SoDienThoai", "string", "owner's telephone"),
    Field("data/TrichYeuHoSo", "string", "abstract; the procedure's name when there is none", None, 1000),
    Field("data/NgayNopHoSo", _DATE, "submitted", True),
    Field("data/NgayTiepNhan", _DATE, "received", True),
    Field("data/NgayHenTra", _DATE, "appointed return date"),
    Field("data/NgayTuChoi", _DATE, "refused"),
    Field("data/NgayKetThucXuLy", _DATE, "processing ended", False),
    Field("data/NgayTra", _DATE, "handed back", False),
    Field("data/ThongTinTra", "string", "how and where returned", False),
    Field("data/TrangThaiHoSo", "1 … 10", "status, hub page §2.4", True),
    Field("data/HinhThuc", "0 | 1", "return at the counter or by post", True),
    Field("data/DonViXuLy", "string", "name of the processing agency", True),
    Field("data/GhiChu", "string", "note", False),
    Field("data/NoiNopHoSo", "1 | 2", "filed on the national portal or in the provincial system", True),
    Field("data/HoSoCoThanhPhanSoHoa", _FLAG, "has a digitised component", True),
    Field("data/TaiKhoanDuocXacThucVoiVNeID", _FLAG, "owner's identity was verified", True),
    Field("data/DuocThanhToanTrucTuyen", "0 | 1 | 2", "not paid online, on the national portal, on a province gateway", True),
    Field("data/DSKetNoiCSDL/MaCSDL", "string", "national database used; code list unpublished", True),
    Field("data/TaiLieuNop/TepDinhKemId", "string", "local file id"),
    Field("data/TaiLieuNop/TenTepDinhKem", "string", "name of the paper", True, 4000),
    Field("data/TaiLieuNop/IsDeleted", "True | False", "removed on update"),
    Field("data/TaiLieuNop/MaThanhPhanHoSo", "string", "MAGIAYTO of the national catalogue", True),
    Field("data/TaiLieuNop/DuongDanTaiTepTin", "url", "where the portal fetches the file", True),
    Field("data/TaiLieuNop/DuocSoHoa", _FLAG, "digitised", True),
    Field("data/TaiLieuNop/DuocTaiSuDung", "0 | 1 | 2", "reused; 2 through a replacing result", True),
    Field("data/TaiLieuNop/MaKetQuaThayThe", "string", "the result that replaces this component"),
    Field("data/TaiLieuNop/DuocLayTuKhoDMQG", _FLAG, "taken from the national store of the owner", True),
    Field("data/DanhSachLePhi/TenPhiLePhi", "string", "fee, name", False),
    Field("data/DanhSachLePhi/MaPhiLePhi", "string", "fee, code", False),
    Field("data/DanhSachLePhi/HinhThucThu", "string", "1 at receipt, 2 at supplement, 4 at return", False),
    Field("data/DanhSachLePhi/Gia", "string", "amount, VND", False),
    Field("data/DanhSachLePhi/LoaiPhiLePhi", "string", "kind of fee", False),
    Field("data/DanhSachTepDinhKemKhac/TenGiayTo", "string", "other paper, name", False),
    Field("data/DanhSachTepDinhKemKhac/SoLuong", "int", "number of it", False),
    Field("data/DanhSachTepDinhKemKhac/LoaiGiayTo", "int", "its kind", False),
    Field("data/DanhSachHoSoBoSung/HoSoBoSungId", "string", "local id of the supplement request", True),
    Field("data/DanhSachHoSoBoSung/NguoiYeuCauBoSung", "string", "who asked", True),
    Field("data/DanhSachHoSoBoSung/NoiDungBoSung", "string", "what was asked", True),
    Field("data/DanhSachHoSoBoSung/NgayBoSung", _DATE, "when it was asked", True),
    Field("data/DanhSachHoSoBoSung/NguoiTiepNhanBoSung", "string", "who or what received the supplement"),
    Field("data/DanhSachHoSoBoSung/ThongTinTiepNhan", "string", "who or what received the supplement"),
    Field("data/DanhSachHoSoBoSung/NgayTiepNhanBoSung", _DATE, "received"),
    Field("data/DanhSachHoSoBoSung/TrangThaiBoSung", "True | False", "supplement received", True),
    Field("data/DanhSachHoSoBoSung/DanhSachGiayToBoSung", "list", "sent empty"),
    Field("data/DanhSachHoSoBoSung/DanhSachLePhiBoSung", "list", "sent empty"),
    Field("data/DanhSachHoSoBoSung/NgayHenTraTruoc", _DATE, "appointed return date before", True),
    Field("data/DanhSachHoSoBoSung/NgayHenTraMoi", _DATE, "appointed return date after"),
    Field("data/DanhSachGiayToKetQua/TenGiayTo", "string", "name of the result", True, 2000),
    Field("data/DanhSachGiayToKetQua/MaThanhPhanHoSo", "string", "empty"),
    Field("data/DanhSachGiayToKetQua/GiayToId", "string", "local id"),
    Field("data/DanhSachGiayToKetQua/DuongDanTepTinKetQua", "url", "where the portal fetches it", True),
    Field("data/DanhSachGiayToKetQua/MaGiayToKetQua", "string", "MAKETQUA of the national catalogue", True),
    Field("data/SoBienNhan", "string", "old receipt number, empty", False),
)  # fmt: skip

_PROGRESS: Final = (
    Field("data/MaHoSo", "string", "dossier code; the dossier must be synced before", True),
    Field("data/NguoiXuLy", "string", "who acted", True, 50),
    Field("data/ChucDanh", "string", "post", False),
    Field("data/PhongBanXuLy", "string", "department", False),
    Field("data/ThoiDiemXuLy", _DATE, "when", True),
    Field("data/NoiDungXuLy", "string", "what was done"),
    Field("data/TrangThai", "1 … 10", "status after the step", True),
    Field("data/NgayBatDau", _DATE, "start of the step", False),
    Field("data/NgayKetThucTheoQuyDinh", _DATE, "legal end of the step", False),
)

SYNC_DOSSIER: Final = Service(
    SYSTEM,
    "DongBoHoSoMC",
    Verb.SHARE,
    "Đồng bộ hồ sơ một cửa",
    "Add or update a dossier on the national portal",
    DIALECTS,
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §2.1, §2.2, §2.5",
    idempotent=False,
    request=_DOSSIER,
    reply=_REPLY,
)
SYNC_PROGRESS: Final = Service(
    SYSTEM,
    "CapNhatTienDoHoSoMC",
    Verb.SHARE,
    "Cập nhật tiến độ hồ sơ một cửa",
    "Add a progress step to a dossier; a repeated step is stored twice",
    DIALECTS,
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §2.3, §2.5",
    idempotent=False,
    request=_PROGRESS,
    reply=_REPLY,
)
FIND_DOSSIER: Final = Service(
    SYSTEM,
    "TraCuuHoSo",
    Verb.LOOKUP,
    "Tra cứu hồ sơ đã đồng bộ",
    "What the national portal holds under a dossier code",
    DIALECTS,
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §1.1, §2.5 (not seen on a proxy)",
    request=(Field("mahoso", "string", "dossier code", True),),
    reply=(
        *_REPLY,
        Field("result/MaHoSo", "string", "dossier code"),
        Field("result/TrangThaiHoSo", "1 … 10", "status"),
        Field("result/MaTTHC", "string", "procedure code"),
    ),
)
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
        *_REPLY,
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
    _ALL_CHANNELS,
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
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §1.1, §3.1",
    request=(Field("maTTHC", "string", "national procedure code", True),),
    reply=(
        *_REPLY,
        Field("result/MATTHC", "string", "procedure code"),
        Field("result/TENTTHC", "string", "procedure name"),
        Field("result/MACOQUANCONGBO", "string", "publishing agency"),
        Field("result/QUYETDINH", "string", "publication decision"),
        Field("result/LINHVUCTHUCHIEN/MALINHVUC", "string", "field code, first entry read"),
        Field("result/LINHVUCTHUCHIEN/TENLINHVUC", "string", "field name"),
        Field("result/CAPTHUCHIEN/TENCAP", "string", "level of administration"),
        Field("result/DOITUONGTHUCHIEN/TENDOITUONG", "string", "who may apply"),
        Field("result/CACHTHUCTHUCHIEN/KENH", "1 | 2 | 3", "direct, online, post"),
        Field("result/CACHTHUCTHUCHIEN/THOIGIAN/THOIGIANGIAIQUYET", "number", "time limit"),
        Field("result/CACHTHUCTHUCHIEN/THOIGIAN/DONVITINH", "string", "its unit"),
        Field("result/CACHTHUCTHUCHIEN/THOIGIAN/PHILEPHI/SOTIEN", "number", "fee"),
        Field("result/THANHPHANHOSO/TRUONGHOP", "string", "case that asks for these papers"),
        Field("result/THANHPHANHOSO/GIAYTO/MAGIAYTO", "string", "component code"),
        Field("result/THANHPHANHOSO/GIAYTO/TENGIAYTO", "string", "component name"),
        Field("result/THANHPHANHOSO/GIAYTO/MA_KQ_THAYTHE", "string, comma list", "results that replace it"),
        Field("result/THANHPHANHOSO/GIAYTO/SOBANCHINH", "int or string", "originals"),
        Field("result/THANHPHANHOSO/GIAYTO/SOBANSAO", "int or string", "copies"),
        Field("result/THANHPHANHOSO/GIAYTO/TENMAUDON", "string", "form"),
        Field("result/KETQUATHUCHIEN/MAKETQUA", "string", "result code"),
        Field("result/KETQUATHUCHIEN/TENKETQUA", "string", "result name"),
    ),
)  # fmt: skip
LIST_SEXES: Final = Service(
    SYSTEM,
    "LayDanhMucGioiTinh",
    Verb.CHECK,
    "Lấy danh mục giới tính",
    "The shortest code list: proves that sign-in and the share endpoint work, about no person",
    DIALECTS,
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §1.1",
    reply=_REPLY,
)


def _read_service(
    name: str,
    title_vi: str,
    title_en: str,
    reply: tuple[Field, ...],
    request: tuple[Field, ...] = (),
    basis: Basis = Basis.CODE,
    source: str = "hub page §1.1",
) -> Service:
    return Service(
        SYSTEM, name, Verb.LOOKUP, title_vi, title_en, DIALECTS, _ALL_CHANNELS, basis, source,
        request=request, reply=(*_REPLY, *reply),
    )  # fmt: skip


def _write_service(
    name: str, title_vi: str, title_en: str, request: tuple[Field, ...], basis: Basis = Basis.CODE
) -> Service:
    return Service(
        SYSTEM, name, Verb.SHARE, title_vi, title_en, (ADAPTER,), CHANNELS[ADAPTER], basis, "hub page §1.1",
        idempotent=False, request=request, reply=_REPLY,
    )  # fmt: skip


def _list_service(kind: ListKind) -> Service:
    fields = [
        Field(f"result/{kind.code}", "string", "code"),
        Field(f"result/{kind.name}", "string", "name"),
    ]
    if kind.parent:
        fields.append(Field(f"result/{kind.parent}", "string", "code of the unit above"))
    if kind.service == "LayDanhMucLePhi":
        fields.append(Field("result/SOTIEN", "number", "amount, VND"))
    request = (
        (Field("maLoaiThuTuc", "string", "kind of procedure", True),)
        if kind.service == "LayDanhMucThuTucThuocLoai"
        else ()
    )
    words = "row keys published" if kind.published else "row keys by the rule MA…/TEN…: ours"
    return _read_service(
        kind.service,
        f"Lấy danh mục {kind.title_vi}",
        f"A code list of the national portal: {kind.service.removeprefix('LayDanhMuc')}",
        tuple(fields),
        request,
        Basis.CODE,
        f"hub page §1.1, doubts page ({words})",
    )


CODE_LISTS: Final = {name: _list_service(kind) for name, kind in LISTS.items()}
GET_DECISION: Final = _read_service(
    "LayQDCB",
    "Lấy quyết định công bố",
    "A decision that publishes procedures (seen on a proxy)",
    (
        Field("result/IDQUYETDINHCONGBO", "string", "id"),
        Field("result/QUYETDINH", "string", "number"),
        Field("result/MACOQUANCONGBO", "string", "publishing agency"),
        Field("result/DANHSACHTTHC/MATTHC", "string", "procedure code; ours"),
        Field("result/DANHSACHTTHC/TENTTHC", "string", "procedure name; ours"),
    ),
    (Field("idQDCB", "string", "id of the decision", True),),
)
FIND_ACCOUNT: Final = _read_service(
    "TraCuuTechID",
    "Tra cứu mã định danh tài khoản",
    "The technical id of a portal account, which travels as MaDoiTuong",
    (Field("result/TECHNICALID", "string", "technical id"),),
    (
        Field("provider", "string", 'sign-on provider, "wso2is"', True),
        Field("mstorcmnd", "string", "tax number or identity number", True),
    ),
)
LIST_QUESTIONS: Final = _read_service(
    "LayDanhSachHoiDapGuiTuDVCQG",
    "Lấy danh sách câu hỏi gửi từ Cổng DVCQG",
    "Questions sent from the national portal",
    (
        Field("result/HOIDAPID", "string", "number of the question"),
        Field("result/MALINHVUC", "string", "field"),
        Field("result/TIEUDE", "string", "title; ours"),
        Field("result/NOIDUNG", "string", "content"),
        Field("result/NGAYGUI", _DATE, "asked; ours"),
        Field("result/TRANGTHAI", "0 | 1", "open, answered; ours"),
    ),
)
LIST_AGENCY_QUESTIONS: Final = _read_service(
    "LayDanhSachHoiDapBoCoQuan",
    "Lấy danh sách hỏi đáp của bộ, cơ quan",
    "Questions and answers of ministries and agencies",
    (
        Field("result/HOIDAPID", "string", "number of the question"),
        Field("result/MALINHVUC", "string", "field"),
        Field("result/NOIDUNG", "string", "content"),
        Field("result/MADONVI", "string", "agency"),
        Field("result/TENDONVI", "string", "its name"),
    ),
)
LIST_ANSWERS: Final = _read_service(
    "LayNoiDungTraLoiTheoCauHoi",
    "Lấy nội dung trả lời theo câu hỏi",
    "The answers to one question",
    (
        Field("result/HOIDAPID", "string", "number of the question"),
        Field("result/MADONVI", "string", "agency"),
        Field("result/NGUOITRALOI", "string", "who answered"),
        Field("result/CHUCVUNGUOITRALOI", "string", "post"),
        Field("result/NGAYTRALOI", _DATE, "when"),
        Field("result/NOIDUNGTRALOI", "string", "the answer"),
    ),
    (Field("cauhoiid", "string", "number of the question", True),),
)
SYNC_QUESTION: Final = _write_service(
    "DongBoHoiDap",
    "Đồng bộ hỏi đáp",
    "Publish a question of an agency",
    (
        Field("data/HOIDAPID", "string", "number of the question", True),
        Field("data/MaLinhVuc", "string", "field"),
        Field("data/NOIDUNG", "string", "content", True),
        Field("data/MADONVI", "string", "agency", True),
        Field("data/TENDONVI", "string", "its name"),
    ),
)
SYNC_ANSWER: Final = _write_service(
    "DongBoKetQuaHoiDapGuiTuDVCQG",
    "Đồng bộ kết quả trả lời câu hỏi từ Cổng DVCQG",
    "Answer a question from the national portal",
    (
        Field("data/HOIDAPID", "string", "number of the question", True),
        Field("data/MADONVI", "string", "agency", True),
        Field("data/NGUOITRALOI", "string", "who answers", True),
        Field("data/CHUCVUNGUOITRALOI", "string", "post"),
        Field("data/NGAYTRALOI", _DATE, "when", True),
        Field("data/NOIDUNGTRALOI", "string", "the answer", True),
    ),
)
SYNC_RATING: Final = _write_service(
    "DongBoDanhGia",
    "Đồng bộ đánh giá mức độ hài lòng",
    "A citizen's satisfaction with a dossier; only the name is published, the message is ours",
    (
        Field("data/MaDanhGia", "string", "number of the rating, unique", True),
        Field("data/MaHoSo", "string", "dossier code", True),
        Field("data/NgayDanhGia", _DATE, "when", True),
        Field("data/MucDoHaiLong", "1 … 5", "5 is best", True),
        Field("data/KenhDanhGia", "1 | 2 | 3", "counter, online, post"),
        Field("data/NoiDung", "string", "words", False, 2000),
        Field("data/DanhSachTieuChi/MaTieuChi", "string", "criterion"),
        Field("data/DanhSachTieuChi/TenTieuChi", "string", "its name"),
        Field("data/DanhSachTieuChi/Diem", "string", "points"),
    ),
    Basis.OURS,
)
SYNC_OUTCOME: Final = _write_service(
    "DongBoTrangThaiHoSo",
    "Đồng bộ trạng thái thông báo khuyến mại",
    "What became of a promotion notice; data is an object",
    (
        Field("type", '"2"', "kind of dossier", True),
        Field("data/MaHoSo", "string", "dossier code", True),
        Field("data/TrangThai", "1 … 11", "status, 11 refused", True),
        Field("data/MaHoSoDonVi", "string", "our dossier code"),
        Field("data/MaDoiTuong", "string", "portal account"),
        Field("data/NoiDung", "string", "words"),
        Field("data/NgayXuLy", _DATE, "when", True),
        Field("data/TaiLieuXuLy/TenTepDinhKem", "string", "document; keys ours"),
        Field("data/TaiLieuXuLy/DuongDanTaiTepTin", "url", "its address; keys ours"),
    ),
)
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

_PAYMENT_HEAD: Final = (
    Field("LoaiBanTin", "string", "INIT, QUERY or BIENLAI", True),
    Field("PhienBan", "string", "version, 1.0.6", True),
    Field("MaDoiTac", "string", "partner", True),
    Field("MaThamChieu", "string", "reference of the payment, ours", True),
    Field("ThoiGianGD", "yyyyMMddHHmmss, UTC+7, 24 hours", "when it was begun", True),
    Field("MaXacThuc", "SHA-256 hex", "over the listed fields joined by |, secret last", True),
)
BEGIN_PAYMENT: Final = Service(
    SYSTEM,
    "INIT",
    Verb.SHARE,
    "Khởi tạo thanh toán",
    "Begin a payment; the receipt's reference is the address that the payer opens",
    (PAYMENT,),
    CHANNELS[PAYMENT],
    Basis.CODE,
    "hub page §5.3 (signed fields and payer keys ours)",
    idempotent=False,
    request=(
        *_PAYMENT_HEAD,
        Field("SoTien", "string", "amount, VND", True),
        Field("LoaiHinhThanhToan", '"PAY"', "kind", True),
        Field("MaKenhThanhToan", '"1"', "channel", True),
        Field("MaThietBi", '"1"', "device", True),
        Field("NgonNgu", '"vi-VN"', "language", True),
        Field("MaTienTe", '"VND"', "currency", True),
        Field("MaNganHang", "string", "bank"),
        Field("ThongTinGiaoDich", "string", "words", True),
        Field("Ip", "string", "payer's address", True),
        *(
            Field(f"ThongTinBienLai/{name}", "string", meaning)
            for name, meaning in (
                ("MaDichVu", "service"), ("MaDVC", "MaTTHC and .01"), ("TenDVC", "its name"),
                ("MaTTHC", "procedure"), ("TenTTHC", "its name"), ("MaDonVi", "agency"), ("TenDonVi", "its name"),
                ("MaHoSo", "dossier"), ("TKThuHuong", "account"), ("MaNHThuHuong", "its bank"),
                ("TenTKThuHuong", "its name"), ("HoTenNguoiNop", "payer; key ours"),
                ("SoCMNDNguoiNop", "payer's number; key ours"), ("DiaChiNguoiNop", "payer's address; key ours"),
                ("PhiLePhi/LoaiPhiLePhi", "kind of fee"), ("PhiLePhi/MaPhiLePhi", "fee"),
                ("PhiLePhi/TenPhiLePhi", "its name"), ("PhiLePhi/SoTien", "amount"),
                ("DSKhoanNop/NoiDung", "item"), ("DSKhoanNop/SoTien", "amount"),
            )
        ),
    ),
    reply=(*_REPLY, Field("message/UrlThanhToan", "url, in JSON text", "where the payer pays")),
)  # fmt: skip
FIND_PAYMENT: Final = Service(
    SYSTEM,
    "QUERY",
    Verb.LOOKUP,
    "Tra cứu giao dịch thanh toán",
    "How a payment stands",
    (PAYMENT,),
    CHANNELS[PAYMENT],
    Basis.CODE,
    "hub page §5.3",
    request=_PAYMENT_HEAD,
    reply=(
        Field("MaLoi", "string", "00 for success"),
        Field("TrangThaiGD", "1 | 3 | 4", "paid, pending or unknown, failed"),
        Field("SoTien", "string", "amount, VND"),
        Field("MaGiaoDich", "string", "transaction"),
    ),
)
GET_RECEIPT: Final = Service(
    SYSTEM,
    "BIENLAI",
    Verb.LOOKUP,
    "Lấy biên lai thanh toán",
    "The receipt of a paid payment",
    (PAYMENT,),
    CHANNELS[PAYMENT],
    Basis.CODE,
    "hub page §5.3 (LoaiBanTin ours)",
    request=_PAYMENT_HEAD,
    reply=(Field("(body)", "PDF", "the receipt", True),),
)
CHECK_PAYMENT: Final = Service(
    SYSTEM,
    "QUERY",
    Verb.CHECK,
    "Kiểm tra kết nối nền tảng thanh toán",
    "A payment that does not exist: any answer in form shows the platform is well",
    (PAYMENT,),
    CHANNELS[PAYMENT],
    Basis.CODE,
    "hub page §5.3",
    request=_PAYMENT_HEAD,
)

SERVICES: Final = (
    SYNC_DOSSIER,
    SYNC_PROGRESS,
    FIND_DOSSIER,
    LIST_PROCEDURES,
    LIST_AGENCY_PROCEDURES,
    GET_PROCEDURE,
    LIST_SEXES,
    *CODE_LISTS.values(),
    GET_DECISION,
    FIND_ACCOUNT,
    LIST_QUESTIONS,
    LIST_AGENCY_QUESTIONS,
    LIST_ANSWERS,
    SYNC_QUESTION,
    SYNC_ANSWER,
    SYNC_RATING,
    SYNC_OUTCOME,
    FIND_PAPERS,
    GET_PAPER_FILE,
    GET_FILE,
    BEGIN_PAYMENT,
    FIND_PAYMENT,
    GET_RECEIPT,
    CHECK_PAYMENT,
)
