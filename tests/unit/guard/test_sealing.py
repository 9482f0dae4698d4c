"""Sealed fields open where they belong and nowhere else; blind indexes compare and tell nothing."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.guard import BlindIndex, Keyring, SealBroken, Sealer

PLACE = {"table": "cases", "row": "0193", "field": "sealed"}


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    """One keyring for the module."""
    return Keyring.create(tmp_path_factory.mktemp("keys") / "keys.json")


@pytest.fixture(scope="module")
def sealer(keyring: Keyring) -> Sealer:
    """A sealer on it."""
    return Sealer(keyring)


@given(plaintext=st.binary(max_size=2000), row=st.text(max_size=40))
def test_what_is_sealed_opens(sealer: Sealer, plaintext: bytes, row: str) -> None:
    """Any bytes come back in the place they were sealed for."""
    place = {**PLACE, "row": row.encode(errors="replace").decode()}
    assert sealer.open(sealer.seal(plaintext, **place), **place) == plaintext


@given(plaintext=st.binary(max_size=2000), room=st.integers(0, 40))
def test_what_is_sealed_into_memory_opens(sealer: Sealer, plaintext: bytes, room: int) -> None:
    """It is the same seal; nothing behind it is touched but the slack that was asked for."""
    size = len(plaintext) + sealer.OVERHEAD
    memory = bytearray(b"\xaa" * (size + sealer.SLACK + room))
    assert sealer.seal_into(plaintext, memoryview(memory), **PLACE) == size
    assert sealer.open(bytes(memory[:size]), **PLACE) == plaintext
    assert memory[size + sealer.SLACK :] == b"\xaa" * room


def test_json_comes_back(sealer: Sealer) -> None:
    """Vietnamese text survives sealing."""
    value = {"full_name": "Đặng Thị Hoà", "years": [1990, None]}
    assert sealer.open_json(sealer.seal_json(value, **PLACE), **PLACE) == value


@pytest.mark.parametrize("part", ["table", "row", "field"])
def test_a_moved_seal_is_broken(sealer: Sealer, part: str) -> None:
    """A blob copied to another table, row or field does not open there."""
    blob = sealer.seal(b"x", **PLACE)
    with pytest.raises(SealBroken):
        sealer.open(blob, **{**PLACE, part: "other"})


def test_parts_of_the_place_do_not_run_together(sealer: Sealer) -> None:
    """`ab`+`c` and `a`+`bc` are different places."""
    blob = sealer.seal(b"x", table="ab", row="c", field="d")
    with pytest.raises(SealBroken):
        sealer.open(blob, table="a", row="bc", field="d")


@given(data=st.data())
def test_every_changed_bit_is_found(sealer: Sealer, data: st.DataObject) -> None:
    """One flipped bit anywhere in the blob, head included, breaks it."""
    blob = bytearray(sealer.seal(b"some personal fields", **PLACE))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        sealer.open(bytes(blob), **PLACE)


@given(data=st.data())
def test_every_cut_is_found(sealer: Sealer, data: st.DataObject) -> None:
    """A truncated blob is broken, down to the empty one."""
    blob = sealer.seal(b"some personal fields", **PLACE)
    with pytest.raises(SealBroken):
        sealer.open(blob[: data.draw(st.integers(0, len(blob) - 1))], **PLACE)


def test_another_installation_cannot_open(sealer: Sealer, tmp_path: Path) -> None:
    """Without the key the blob stays shut, and the error names the key that is missing."""
    blob = sealer.seal(b"x", **PLACE)
    other = Sealer(Keyring.create(tmp_path / "other.json"))
    with pytest.raises(SealBroken, match=blob[1:5].hex()):
        other.open(blob, **PLACE)


def test_same_plaintext_never_looks_the_same(sealer: Sealer) -> None:
    """A thousand seals of one value share neither salt, nonce nor ciphertext."""
    blobs = [sealer.seal(b"same", **PLACE) for _ in range(1000)]
    for part in (slice(5, 21), slice(21, 33), slice(33, None)):
        assert len({blob[part] for blob in blobs}) == 1000


def test_old_key_still_opens_after_a_new_one_is_active(tmp_path: Path) -> None:
    """The key id in the blob finds the key that sealed it, so keys can be rotated."""
    path, fresh = tmp_path / "keys.json", tmp_path / "fresh.json"
    old = Sealer(Keyring.create(path)).seal(b"before", **PLACE)
    Keyring.create(fresh)
    body, added = orjson.loads(path.read_bytes()), orjson.loads(fresh.read_bytes())
    [seal] = [key for key in body["keys"] if key["purpose"] == "seal"]
    seal["active"] = False
    body["keys"] += [key for key in added["keys"] if key["purpose"] == "seal"]
    path.write_bytes(orjson.dumps(body))
    rotated = Sealer(Keyring.load(path))
    new = rotated.seal(b"after", **PLACE)
    assert rotated.open(old, **PLACE) == b"before"
    assert rotated.open(new, **PLACE) == b"after"
    assert old[1:5] != new[1:5]


def test_index_compares_within_a_column(keyring: Keyring) -> None:
    """Equal values meet, others and other columns do not, and the index is 16 bytes."""
    index = BlindIndex(keyring)
    first = index.of("owner", "001090012345")
    assert first == BlindIndex(keyring).of("owner", "001090012345")
    assert len(first) == 16
    assert first != index.of("owner", "001090012346")
    assert first != index.of("audit.subject", "001090012345")


def test_index_needs_the_key(keyring: Keyring, tmp_path: Path) -> None:
    """Another keyring gives another index, so that numbers cannot be tried without the key."""
    other = BlindIndex(Keyring.create(tmp_path / "keys.json"))
    assert other.of("owner", "001090012345") != BlindIndex(keyring).of("owner", "001090012345")


def test_empty_value_has_no_index(keyring: Keyring) -> None:
    """Those who lack a number must not look like one person."""
    with pytest.raises(ValueError, match="empty"):
        BlindIndex(keyring).of("owner", "")
