"""The synthetic people: what the national registers hold about them, and what they declare at the desk.

Formats, everywhere in this package: a birth is ``yyyy-mm-dd``, ``yyyy-mm`` or ``yyyy`` when no more is known; other
dates are ``yyyy-mm-dd``; sex is ``"1"`` male, ``"2"`` female; every code is text with its leading zeros.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """An address with codes: province 2 digits, district 3 (empty in addresses since July 2025), ward 5."""

    province: str = ""
    district: str = ""
    ward: str = ""
    detail: str = ""
    country: str = "VN"


@dataclass(frozen=True, slots=True)
class Relative:
    """Father, mother or spouse as the population register writes them into a citizen's record."""

    name: str
    personal_id: str = ""
    card: str = ""
    nationality: str = "VN"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a household, or its head, with the relation code to the head (``CH01`` = the head)."""

    name: str
    relation: str
    personal_id: str = ""
    card: str = ""


@dataclass(frozen=True, slots=True)
class Citizen:
    """One record of the population register (population page A5).

    ``personal_id`` (12 digits) may be empty for someone who has only the old ``card`` (9 digits). ``died`` is
    empty for the living, ``missing_since`` for whom no court declared missing; ``representative`` is the guardian
    (NguoiDaiDien). Marital: 1 single, 2 married, 3 divorced or widowed. Blood: 00 unknown, 01 A, 02 B, 03 AB, 04 O.
    """

    personal_id: str
    card: str
    name: str
    birth: str
    sex: str
    ethnicity: str
    religion: str
    marital: str
    blood: str
    nationality: str
    birth_place: Place
    origin: Place
    permanent: Place
    current: Place
    father: Relative | None
    mother: Relative | None
    spouse: Relative | None
    head: Member | None
    household_book: str
    members: tuple[Member, ...]
    died: str = ""
    missing_since: str = ""
    representative: Relative | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What the applicant writes at the desk: number (12 or 9 digits), name, birth, sex. May be wrong on purpose."""

    number: str
    name: str
    birth: str
    sex: str


@dataclass(frozen=True, slots=True)
class Insurance:
    """One record of the insurance register: number 10 digits, old book number, household code, card.

    ``place`` is the birth-registration address by which the register is searched (maTinhKs, maHuyenKs, maXaKs).
    """

    number: str
    old_book: str
    household: str
    card: str
    name: str
    birth: str
    sex: str
    place: Place


@dataclass(frozen=True, slots=True)
class Purpose:
    """One land-use purpose of a parcel: 3-letter code, area in m², term, origin code (insurance-land page §4.4)."""

    code: str
    area: float
    term: str
    origin: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel: commune code (maXa), map sheet (tờ), parcel number (thửa), area in m², address, purposes."""

    ward: str
    sheet: str
    number: str
    area: float
    address: str
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A land certificate: serial (soPhatHanh), register number (soVaoSo), barcode (maVach), date, signer.

    ``owners`` are keys of personas (of organisations for kind 3); ``kind`` is the owner type: 0 person, 1 couple, 2 household, 3 organisation.
    """

    serial: str
    register_number: str
    barcode: str
    kind: str
    issued: str
    signer: str
    owners: tuple[str, ...]
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """One business activity: industry code, name, whether it is the main one."""

    code: str
    name: str
    main: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """A capital-holding member of an enterprise: name, amount in đồng, share in percent, country."""

    name: str
    amount: int
    percent: float
    country: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """One record of the business register.

    ``kind`` is ``company``, ``branch``, ``household`` or ``cooperative``; ``number`` is the tax number with a right
    check digit (13 digits for a branch). Status codes are ours: the official list is unpublished (population page E).
    """

    key: str
    tags: frozenset[str]
    kind: str
    number: str
    old_number: str
    type_code: str
    type_name: str
    name: str
    short_name: str
    foreign_name: str
    founded: str
    amended: str
    changes: int
    status: str
    status_name: str
    representatives: tuple[str, ...]
    capital: int
    place: Place
    district_name: str
    ward_name: str
    street: str
    activities: tuple[Activity, ...]
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Persona:
    """One synthetic person as the whole sandbox knows them.

    ``citizen`` is None when the population register holds nobody behind the declared number.
    """

    key: str
    tags: frozenset[str]
    note: str
    declared: Declared
    citizen: Citizen | None
    insurance: Insurance | None
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Personas:
    """All people, organisations and land certificates of the sandbox, with the indexes that the systems search by."""

    people: tuple[Persona, ...]
    organisations: tuple[Organisation, ...]
    certificates: tuple[Certificate, ...]
    _by_key: dict[str, Persona] = field(init=False, repr=False)
    _by_number: dict[str, Persona] = field(init=False, repr=False)
    _by_tax_number: dict[str, Organisation] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Builds the indexes."""
        by_number: dict[str, Persona] = {}
        for person in self.people:
            if person.citizen is not None:
                for number in filter(None, (person.citizen.personal_id, person.citizen.card)):
                    by_number[number] = person
        object.__setattr__(self, "_by_key", {person.key: person for person in self.people})
        object.__setattr__(self, "_by_number", by_number)
        object.__setattr__(
            self, "_by_tax_number", {unit.number: unit for unit in self.organisations}
        )

    def __getitem__(self, key: str) -> Persona:
        return self._by_key[key]

    def tagged(self, tag: str) -> tuple[Persona, ...]:
        """The people who carry ``tag``, in the file's order."""
        return tuple(person for person in self.people if tag in person.tags)

    def by_number(self, number: str) -> Persona | None:
        """Whom the population register holds under this 12-digit number or 9-digit card."""
        return self._by_number.get(number)

    def organisation(self, number: str) -> Organisation | None:
        """The organisation with this tax number; a branch's may carry a dash."""
        return self._by_tax_number.get(number.replace("-", ""))

    def certificates_of(self, key: str) -> tuple[Certificate, ...]:
        """The land certificates that name the persona ``key`` among the owners."""
        return tuple(paper for paper in self.certificates if key in paper.owners)
