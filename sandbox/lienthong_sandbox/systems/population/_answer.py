"""Writes the register's answers as SOAP 1.1 (population page A5), with the traps of the live samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

from lienthong_sandbox.personas import Citizen, Member, Persona, Place, Relative
from lienthong_sandbox.systems.population._ask import REQUEST_NS, SOAP_NS

CITIZEN_NS: Final = "http://www.mic.gov.vn/dancu/1.0"
_PREFIXES: Final = ("ns1", "dc", "")
NO_MATCH_SHAPES: Final = ("empty_collection", "empty_citizen", "empty_name")


def envelope(content: str) -> str:
    """A SOAP 1.1 envelope around ``content``."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{SOAP_NS}"><soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>'
    )


def fault(code: str, text: str, reason: str = "") -> str:
    """A SOAP 1.1 Fault, with ``reason`` as MaLoi in its detail. All of it is ours: C06's faults are unpublished (page A6)."""
    detail = f"<detail><MaLoi>{reason}</MaLoi></detail>" if reason else ""
    return envelope(
        f"<soapenv:Fault><faultcode>soapenv:{code}</faultcode>"
        f"<faultstring>{escape(text)}</faultstring>{detail}</soapenv:Fault>"
    )


def confirmation(exists: bool) -> str:
    """The yes/no answer of XacThucThongTinCongDan."""
    return envelope(
        f'<KetQuaXacThucResponse xmlns="{REQUEST_NS}"><TonTai>{str(exists).lower()}</TonTai></KetQuaXacThucResponse>'
    )


def no_match(number: str, shape: str) -> str:
    """An answer without a usable citizen; three shapes are known, by default one is picked by the number's last digit."""
    if shape not in NO_MATCH_SHAPES:
        shape = NO_MATCH_SHAPES[int(number[-1]) % len(NO_MATCH_SHAPES)]
    inside = {
        "empty_collection": "",
        "empty_citizen": "<ns1:CongDan/>",
        "empty_name": "<ns1:CongDan><ns1:HoVaTen><ns1:Ho/><ns1:ChuDem/><ns1:Ten/></ns1:HoVaTen></ns1:CongDan>",
    }[shape]
    return envelope(
        f'<ns1:CongdanCollection xmlns:ns1="{CITIZEN_NS}">{inside}</ns1:CongdanCollection>'
    )


def ours(name: str, *children: tuple[str, str] | Node) -> str:
    """An answer whose shape is ours, in the request's namespace; a child is (name, text) or a nested node."""
    return envelope(Node(name, children).xml(f' xmlns="{REQUEST_NS}"'))


class Node:
    """An element with children, for the answers of ours."""

    def __init__(self, name: str, children: Iterable[tuple[str, str] | Node]) -> None:
        self._name = name
        self._children = tuple(children)

    def xml(self, attributes: str = "") -> str:
        """The element as text."""
        content = "".join(
            child.xml()
            if isinstance(child, Node)
            else f"<{child[0]}>{escape(child[1])}</{child[0]}>"
            for child in self._children
        )
        return f"<{self._name}{attributes}>{content}</{self._name}>"


def record(persona: Persona, citizen: Citizen, *, standard: bool = False) -> str:
    """The record of TraCuuThongTinCongDan; the namespace prefix differs from person to person.

    With ``standard`` it has the shapes of QCVN 109 where the live sample differs (population page A5).
    """
    writer = (_StandardWriter if standard else _Writer)(_prefix(citizen))
    attributes = ' SoCongDan="1" GhiChu="" id="1"' if standard else ""
    return _collection(writer, _citizen(writer, persona, citizen), attributes=attributes)


def blood(citizen: Citizen) -> str:
    """The answer of CungCapThongTinNhomMau: a record of nothing but numbers, name and blood group (ours)."""
    writer = _Writer(_prefix(citizen))
    content = "".join(
        [
            writer.text("SoDinhDanh", citizen.personal_id),
            writer.text("SoCMND", citizen.card),
            writer.own_name(citizen.name),
            writer.text("NhomMau", citizen.blood),
        ]
    )
    return _collection(writer, writer.element("CongDan", content))


def household(citizen: Citizen | None) -> str:
    """The answer of CungCapThongTinHoGiaDinh (ours): head, address and members; empty for None."""
    writer = _Writer("ns1" if citizen is None else _prefix(citizen))
    inside = ""
    if citizen is not None:
        head = citizen.head or Member(citizen.name, "CH01", citizen.personal_id, citizen.card)
        inside = writer.element(
            "HoGiaDinh",
            "".join(
                [
                    writer.text("SoSoHoKhau", citizen.household_book),
                    writer.group(
                        "ChuHo",
                        HoVaTen=head.name,
                        SoDinhDanh=head.personal_id,
                        SoCMND=head.card,
                    ),
                    writer.place("ThuongTru", citizen.permanent),
                    *(writer.member("ThanhVien", member) for member in _members(citizen, head)),
                ]
            ),
        )
    return _collection(writer, inside, name="HoGiaDinhCollection")


def citizens(people: Sequence[Persona], total: int) -> str:
    """A page of a list of citizens; ``total`` goes into the collection's SoCongDan."""
    return envelope(citizens_document(people, total))


def citizens_document(people: Sequence[Persona], total: int) -> str:
    """The same as one document without an envelope, as the file of a list holds it."""
    writer = _Writer("ns1")
    inside = "".join(
        _citizen(writer, person, person.citizen) for person in people if person.citizen
    )
    return f'<ns1:CongdanCollection xmlns:ns1="{CITIZEN_NS}" SoCongDan="{total}">{inside}</ns1:CongdanCollection>'


def _prefix(citizen: Citizen) -> str:
    number = citizen.personal_id or citizen.card
    return _PREFIXES[int(number[-1]) % len(_PREFIXES)]


def _members(citizen: Citizen, head: Member) -> list[Member]:
    """Whoever the register lists; else the head, and the citizen where that is somebody else."""
    if citizen.members:
        return list(citizen.members)
    if head.personal_id == citizen.personal_id and head.card == citizen.card:
        return [head]
    first = Member(head.name, "CH01", head.personal_id, head.card)
    return [first, Member(citizen.name, head.relation, citizen.personal_id, citizen.card)]


def _collection(
    writer: _Writer, inside: str, *, name: str = "CongdanCollection", attributes: str = ""
) -> str:
    colon = f":{writer.prefix}" if writer.prefix else ""
    collection = writer.name(name)
    return envelope(
        f'<{collection} xmlns{colon}="{CITIZEN_NS}"{attributes}>{inside}</{collection}>'
    )


def _citizen(writer: _Writer, persona: Persona, citizen: Citizen) -> str:
    structured = "relatives_structured" in persona.tags
    content = "".join(
        [
            writer.text("SoDinhDanh", citizen.personal_id),
            writer.text("SoCMND", citizen.card),
            writer.own_name(citizen.name),
            writer.text("GioiTinh", citizen.sex),
            writer.code("DanToc", citizen.ethnicity),
            writer.code("TonGiao", citizen.religion),
            writer.text("TinhTrangHonNhan", citizen.marital),
            writer.text("NhomMau", citizen.blood),
            writer.birth(citizen.birth),
            writer.text("QuocTich", citizen.nationality),
            writer.place("NoiDangKyKhaiSinh", citizen.birth_place),
            writer.place("QueQuan", citizen.origin),
            writer.place("ThuongTru", citizen.permanent),
            writer.place("NoiOHienTai", citizen.current),
            writer.relative("Cha", citizen.father, structured=structured),
            writer.relative("Me", citizen.mother, structured=structured),
            writer.relative("VoChong", citizen.spouse, structured=structured),
            writer.relative("NguoiDaiDien", citizen.representative, structured=structured),
            writer.head(citizen.head),
            writer.text("SoSoHoKhau", citizen.household_book),
        ]
    )
    return writer.element("CongDan", content)


class _Writer:
    """Writes elements with one namespace prefix, or none."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def name(self, local: str) -> str:
        return f"{self.prefix}:{local}" if self.prefix else local

    def element(self, local: str, content: str) -> str:
        name = self.name(local)
        return f"<{name}>{content}</{name}>" if content else f"<{name}/>"

    def text(self, local: str, value: str) -> str:
        return self.element(local, escape(value))

    def group(self, local: str, **values: str) -> str:
        return self.element(local, "".join(self.text(name, text) for name, text in values.items()))

    def own_name(self, name: str) -> str:
        """The live sample leaves Ho and ChuDem empty and puts the whole name, upper case, into Ten."""
        return self.group("HoVaTen", Ho="", ChuDem="", Ten=name.upper())

    def code(self, local: str, code: str) -> str:
        return self.text(local, code)

    def birth(self, birth: str) -> str:
        full = len(birth) == 10
        return self.group(
            "NgayThangNamSinh",
            Nam="" if full else birth,
            NgayThangNam=birth.replace("-", "") if full else "",
        )

    def place(self, local: str, place: Place) -> str:
        district = {"MaQuanHuyen": place.district} if place.district else {}
        return self.group(
            local,
            MaTinhThanh=place.province,
            **district,
            MaPhuongXa=place.ward,
            ChiTiet=place.detail,
            QuocGia=place.country,
        )

    def relative(self, local: str, relative: Relative | None, *, structured: bool) -> str:
        if relative is None:
            return self.text(local, "")
        name = self.in_parts(relative.name) if structured else self.text("HoVaTen", relative.name)
        rest = [
            self.text("QuocTich", relative.nationality),
            self.text("SoDinhDanh", relative.personal_id),
            self.text("SoCMND", relative.card),
        ]
        return self.element(local, name + "".join(rest))

    def in_parts(self, name: str) -> str:
        first, *middle, last = name.split()
        return self.group("HoVaTen", Ho=first, ChuDem=" ".join(middle), Ten=last)

    def head(self, head: Member | None) -> str:
        return self.text("ChuHo", "") if head is None else self.member("ChuHo", head)

    def member(self, local: str, member: Member) -> str:
        return self.group(
            local,
            HoVaTen=member.name,
            QuanHe=member.relation,
            SoDinhDanh=member.personal_id,
            SoCMND=member.card,
        )


class _StandardWriter(_Writer):
    """Writes a record as QCVN 109 has it: names in parts, dates with dashes, one code per address, codes as elements."""

    def own_name(self, name: str) -> str:
        return self.in_parts(name)

    def code(self, local: str, code: str) -> str:
        return self.group(local, **{f"Ma{local}": code, "TenGoi": ""})

    def birth(self, birth: str) -> str:
        full = len(birth) == 10
        return self.group("NgayThangNamSinh", Nam=birth[:4], NgayThangNam=birth if full else "")

    def place(self, local: str, place: Place) -> str:
        return self.group(
            local,
            MaDonViHanhChinh=place.ward or place.province,
            ChiTiet=place.detail,
            QuocGia=place.country,
        )

    def relative(self, local: str, relative: Relative | None, *, structured: bool = True) -> str:  # noqa: ARG002 - always in parts here
        return super().relative(local, relative, structured=True)
