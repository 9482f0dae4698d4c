"""Settings: read from TOML and environment, secrets from elsewhere, every mistake named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lienthong.interface import ConfigurationError
from lienthong.settings import load_settings, settings_from

MARK = "s3cret-value-nobody-may-print"

GOOD = """
[site]
agency = "H31"
name = "UBND tỉnh Hưng Yên"

[store]
url = "sqlite:///data/desk.db"
content = "content"
keys = "keys.json"

[catalogue]
path = "catalogue"

[systems.population]
connector = "population"
url = "https://population.test/c06"
ca = "ca.pem"
client_certificate = "client.pem"

[systems.population.channel]
kind = "c06"
username = "province"
secret_file = "secrets/c06"

[systems.population.options]
birth_format = "yyyyMMdd"
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a configuration file with its secret beside it."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "c06").write_text(f"{MARK}\n", "utf-8")

    def write(text: str = GOOD, **replaced: str) -> Path:
        for old, new in replaced.items():
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "desk.toml"
        file.write_text(text, "utf-8")
        return file

    return write


def _change(raw: dict[str, Any], path: str, value: Any) -> None:
    *tables, key = path.split(".")
    for table in tables:
        raw = raw.setdefault(table, {})
    raw[key] = value


def _raw() -> dict[str, Any]:
    return {
        "site": {"agency": "H31", "name": "UBND tỉnh Hưng Yên"},
        "store": {"url": "sqlite:///a.db", "content": "content", "keys": "keys.json"},
        "catalogue": {"path": "catalogue"},
        "systems": {
            "population": {
                "connector": "population",
                "url": "https://population.test",
                "channel": {"kind": "c06", "secret": MARK},
            }
        },
    }


def test_paths_are_relative_to_the_file(write: Write, tmp_path: Path) -> None:
    """The file works from whatever folder the process was started in."""
    settings = load_settings(write())
    assert settings.store.url == f"sqlite:///{tmp_path}/data/desk.db"
    assert settings.store.content == tmp_path / "content"
    assert settings.store.keys == tmp_path / "keys.json"
    assert settings.catalogue.path == tmp_path / "catalogue"
    population = settings.systems["population"]
    assert population.name == "population"
    assert population.ca == tmp_path / "ca.pem"
    assert population.client_certificate == tmp_path / "client.pem"
    assert population.channel["secret"] == MARK


def test_absolute_paths_and_servers_stay_as_they_are(tmp_path: Path) -> None:
    """An absolute SQLite file, memory and a PostgreSQL URL are not touched."""
    for url in ("sqlite:////var/lib/a.db", "sqlite:///:memory:", "postgresql://u@h/d"):
        raw = _raw()
        _change(raw, "store.url", url)
        assert settings_from(raw, tmp_path).store.url == url


def test_a_byte_order_mark_is_no_mistake(write: Write) -> None:
    """An editor on Windows puts one in front."""
    file = write()
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_settings(file).site.agency == "H31"


def test_environment_overrides_single_values(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One variable changes one value, also in a table of systems, and what it says is resolved like the file."""
    (tmp_path / "other").write_text("another secret", "utf-8")
    file = write(**{'secret_file = "secrets/c06"': ""})
    monkeypatch.setenv("LIENTHONG_DESK__DEADLINE_S", "4.5")
    monkeypatch.setenv("LIENTHONG_STORE__URL", "sqlite:///elsewhere.db")
    monkeypatch.setenv("LIENTHONG_SYSTEMS__POPULATION__URL", "https://other.test")
    monkeypatch.setenv("LIENTHONG_SYSTEMS__POPULATION__CHANNEL__SECRET_FILE", "other")
    settings = load_settings(file)
    assert settings.desk.deadline_s == 4.5
    assert settings.store.url == f"sqlite:///{tmp_path}/elsewhere.db"
    assert settings.store.keys == tmp_path / "keys.json"
    assert settings.systems["population"].url == "https://other.test"
    assert settings.systems["population"].channel == {
        "kind": "c06",
        "username": "province",
        "secret": "another secret",
    }


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("LIENTHONG_DESK__DEADLINE_S", "soon", "desk.deadline_s"),
        ("LIENTHONG_DESK__DEADLINE", "5", "desk.deadline"),
        ("LIENTHONG_SITE", MARK, "site"),
        ("LIENTHONG_SYSTEMS", MARK, "systems"),
    ],
)
def test_a_wrong_variable_is_named_and_not_repeated(
    write: Write, monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str
) -> None:
    """Operators set variables by hand; a slip is a ConfigurationError like any other."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=named) as caught:
        load_settings(write())
    assert MARK not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("site", "H31"),
        ("site.agency", "hưng yên"),
        ("site.agency", 31),
        ("site.agenzy", "H31"),
        ("store.url", "mysql://u@h/d"),
        ("store.url", "desk.db"),
        ("store.url", 5),
        ("store.content", 5),
        ("store.keys", None),
        ("catalogue", []),
        ("catalogue.path", 7),
        ("desk.deadline_s", 0),
        ("desk.deadline_s", 61),
        ("desk.deadline_s", "fast"),
        ("desk.deadline_s", float("nan")),
        ("desk.settle_within_h", -1),
        ("hub.at_once", 0),
        ("hub.at_once", 2.5),
        ("hub.max_attempts", 101),
        ("hub.backoff_s", float("inf")),
        ("hub.in_doubt", "guess"),
        ("hub.database_codes", {"population": 1}),
        ("schedule.sync_every_s", 0),
        ("schedule.sync_every_s", float("inf")),
        ("schedule.catalogue_at", "1:30"),
        ("schedule.catalogue_at", "25:00"),
        ("schedule.catalogue_at", "12:60"),
        ("schedule.catalogue_at", "१२:३०"),
        ("health.certificate_warn_days", 0),
        ("health.disk_warn_mb", "much"),
        ("log.format", "xml"),
        ("log.level", "debug"),
        ("systems", []),
        ("systems.population", "https://population.test"),
        ("systems.population.connector", None),
        ("systems.population.url", "population.test"),
        ("systems.population.url", "ftp://population.test"),
        ("systems.population.url", "https://a b.test"),
        ("systems.population.name", "dân cư"),
        ("systems.population.channel", "c06"),
        ("systems.population.options", []),
        ("systems.population.colour", "red"),
        ("systems.population.limits.attempts", 0),
        ("systems.population.limits.body_mb", float("inf")),
        ("systems.population.limits.speed", 1),
        ("extra.key", 1),
    ],
)
def test_every_malformed_value_is_named(path: str, value: Any, tmp_path: Path) -> None:
    """The message names the setting and repeats no value, which may be a secret."""
    raw = _raw()
    _change(raw, path, value)
    with pytest.raises(ConfigurationError) as caught:
        settings_from(raw, tmp_path, "desk.toml")
    message = str(caught.value)
    named = path if "extra" not in path else "extra"
    assert named in message or named.rpartition(".")[0] in message
    assert MARK not in message


@pytest.mark.parametrize(
    "path", ["site", "site.agency", "site.name", "store", "store.url", "store.keys", "catalogue"]
)
def test_a_missing_value_is_named(path: str, tmp_path: Path) -> None:
    """What has no default must be there."""
    raw = _raw()
    table: dict[str, Any] = raw
    *tables, key = path.split(".")
    for name in tables:
        table = table[name]
    del table[key]
    with pytest.raises(ConfigurationError, match=path):
        settings_from(raw, tmp_path)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Nobody corrects one line after the other."""
    raw = _raw()
    _change(raw, "desk.deadline_s", 0)
    _change(raw, "log.level", "loud")
    with pytest.raises(ConfigurationError, match=r"2 wrong setting\(s\)"):
        settings_from(raw, tmp_path)


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    """The first mistake of a newcomer has an answer."""
    with pytest.raises(ConfigurationError, match=r"no configuration file .*Copy config"):
        load_settings(tmp_path / "nothing.toml")


@pytest.mark.parametrize(
    "content",
    [
        b"[site\n",
        b"site = \n",
        b"[site]\nagency = 'H31'\n[site]\n",
        b"\xff\xfe[\x00s\x00",
        "[site]\nname = “UBND”\n".encode(),
    ],
)
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    """Broken TOML, wrong charset and curly quotes are the file's mistake, named by file."""
    file = tmp_path / "desk.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"desk\.toml"):
        load_settings(file)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """Docker makes a folder where a mounted file is missing."""
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings(tmp_path)


def test_secrets_come_from_files_and_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`…_file` and `…_env` give the value of `…`, at any depth, without the line's end."""
    (tmp_path / "secret").write_text("from file\r\n", "utf-8")
    monkeypatch.setenv("DESK_PASSWORD", "from environment")
    raw = _raw()
    raw["systems"]["population"]["channel"] = {
        "kind": "lgsp",
        "secret_file": "secret",
        "officers": {"canbo01": {"password_env": "DESK_PASSWORD"}},
    }
    channel = settings_from(raw, tmp_path).systems["population"].channel
    assert channel == {
        "kind": "lgsp",
        "secret": "from file",
        "officers": {"canbo01": {"password": "from environment"}},
    }


@pytest.mark.parametrize(
    ("channel", "problem"),
    [
        ({"secret_file": "nowhere"}, "secret_file: the secret file .* cannot be read"),
        ({"secret_file": "."}, "secret_file: the secret file .* cannot be read"),
        ({"secret_file": "empty"}, "secret_file: the secret file .* is empty"),
        ({"secret_file": "utf16"}, "secret_file: the secret file .* cannot be read"),
        ({"secret_env": "DESK_NOTHING"}, "secret_env: .* DESK_NOTHING"),
        ({"secret_env": "DESK_EMPTY"}, "secret_env: .* DESK_EMPTY"),
        ({"secret": MARK, "secret_file": "good"}, "secret and secret_file say the same"),
        ({"secret_file": "good", "secret_env": "DESK_GOOD"}, "secret_file and secret_env"),
        ({"officers": {"a": {"password_file": "nowhere"}}}, "officers.a.password_file"),
    ],
)
def test_a_secret_that_cannot_be_had_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channel: dict[str, Any], problem: str
) -> None:
    """An empty password would be tried against a national system, and lock the account."""
    (tmp_path / "good").write_text(MARK, "utf-8")
    (tmp_path / "empty").write_text(" \n", "utf-8")
    (tmp_path / "utf16").write_bytes(MARK.encode("utf-16"))
    monkeypatch.setenv("DESK_EMPTY", "")
    monkeypatch.setenv("DESK_GOOD", MARK)
    raw = _raw()
    raw["systems"]["population"]["channel"] = {"kind": "c06", **channel}
    with pytest.raises(
        ConfigurationError, match=rf"systems\.population\.channel.*{problem}"
    ) as caught:
        settings_from(raw, tmp_path)
    assert MARK not in str(caught.value)


def test_settings_do_not_change(tmp_path: Path) -> None:
    """What was validated stays what it was."""
    settings = settings_from(_raw(), tmp_path)
    with pytest.raises(Exception, match="frozen"):
        setattr(settings.desk, "deadline_s", 1.0)  # noqa: B010 - the checker knows that it cannot be set


def test_evidence_and_an_object_store(tmp_path: Path) -> None:
    """A bucket is no path, its secret may lie in a file, roots are files beside the configuration."""
    (tmp_path / "s3").write_text(MARK, "utf-8")
    raw = _raw()
    _change(raw, "store.content", "s3://papers/desk?endpoint=https://objects.test:9000")
    _change(raw, "store.secret_key_file", "s3")
    _change(raw, "evidence.roots", ["ca/root.pem"])
    _change(raw, "evidence.signature", "required")
    settings = settings_from(raw, tmp_path)
    assert settings.store.content == "s3://papers/desk?endpoint=https://objects.test:9000"
    assert settings.store.secret_key == MARK
    assert MARK not in repr(settings.store)
    assert settings.evidence.roots == (tmp_path / "ca" / "root.pem",)


def test_required_signatures_need_roots(tmp_path: Path) -> None:
    """Without a root no signature is ever valid, so nothing would ever be reused."""
    raw = _raw()
    _change(raw, "evidence.signature", "required")
    with pytest.raises(ConfigurationError, match="root certificate"):
        settings_from(raw, tmp_path)
