"""`config check` and the configurations that ship: usable as they are, and every finding a sentence."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
import trustme

from lienthong.cli import main
from lienthong_sandbox import Sandbox
from lienthong_sandbox._sandbox import DEFAULT_PORTS

CONFIG = Path(__file__).parents[3] / "config"


def check(capsys: pytest.CaptureFixture[str], file: Path) -> tuple[int, dict[str, object]]:
    with pytest.raises(SystemExit) as end:
        main(["config", "check", "-c", str(file), "--json"])
    assert isinstance(end.value.code, int)
    return end.value.code, json.loads(capsys.readouterr().out)


async def test_the_sandbox_configuration_is_the_sandbox_s_own(tmp_path: Path) -> None:
    """Beside paths, config/sandbox.toml says what the sandbox says of itself on its fixed ports."""
    async with Sandbox(tmp_path, catalogue=CONFIG / "catalogue") as sandbox:
        text, urls = sandbox.configuration(), sandbox.urls
    for name, url in urls.items():
        text = text.replace(url, f"https://127.0.0.1:{DEFAULT_PORTS[name]}")
    theirs = tomllib.loads(text)
    ours = tomllib.loads((CONFIG / "sandbox.toml").read_text("utf-8"))
    for body in (theirs, ours):
        del body["store"], body["catalogue"]
        del body["reporting"]["sink_key"], body["reporting"]["sink_ca"]
        for system in body["systems"].values():
            del system["ca"]
    assert ours == theirs


def test_the_province_example_works_once_its_files_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the files it names in place, the example builds every connector; a missing secret is named."""
    file = tmp_path / "province.toml"
    text = (CONFIG / "province.toml").read_text("utf-8")
    file.write_text(
        text.replace("/etc/lienthong/catalogue", str(CONFIG / "catalogue")).replace(
            "/etc/lienthong/keys.json", str(tmp_path / "keys.json")
        ),
        "utf-8",
    )
    code, body = check(capsys, file)
    assert code == 78
    assert "secrets/" in str(body["error"])
    (tmp_path / "secrets").mkdir()
    (tmp_path / "ca").mkdir()
    for name in ("population", "ngsp", "land", "land-password", "portal"):
        (tmp_path / "secrets" / name).write_text("x", "utf-8")
    for name in ("population", "ngsp", "land", "adapter"):
        (tmp_path / "ca" / f"{name}.pem").write_bytes(trustme.CA().cert_pem.bytes())
    code, body = check(capsys, file)
    assert (code, body["status"]) == (1, "warn")  # no keyring yet


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('connector = "land"', 'connector = "lnad"', "systems.land"),
        ('kind = "ilis"', 'kind = "ngsp"', "systems.land"),
        ("[systems.operations_centre", "[systems.hub", "hub.system"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(
    old: str, new: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong connector, channel or hub is a finding at its place, and the exit code is 78."""
    shutil.copytree(CONFIG / "catalogue", tmp_path / "catalogue")
    authority = tmp_path / "ca.pem"
    authority.write_bytes(trustme.CA().cert_pem.bytes())
    text = (CONFIG / "sandbox.toml").read_text("utf-8").replace("../.sandbox/ca.pem", "ca.pem")
    file = tmp_path / "lienthong.toml"
    file.write_text(text.replace(old, new), "utf-8")
    code, body = check(capsys, file)
    findings = body["findings"]
    assert isinstance(findings, list)
    assert code == 78
    assert place in {item["place"] for item in findings if item["status"] == "fail"}


def test_a_keyring_others_may_read_is_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The mode of the keyring file is part of the check."""
    authority = tmp_path / "ca.pem"
    authority.write_bytes(trustme.CA().cert_pem.bytes())
    text = (CONFIG / "sandbox.toml").read_text("utf-8")
    text = text.replace("../.sandbox/ca.pem", "ca.pem").replace("../.sandbox/site/", "")
    file = tmp_path / "lienthong.toml"
    file.write_text(text.replace('path = "catalogue"', f'path = "{CONFIG / "catalogue"}"'), "utf-8")
    with pytest.raises(SystemExit) as end:
        main(["keys", "create", "-c", str(file), "--json"])
    assert end.value.code == 0
    assert json.loads(capsys.readouterr().out)["keys"] == str(tmp_path / "keys.json")
    assert check(capsys, file)[0] == 0
    (tmp_path / "keys.json").chmod(0o644)
    code, body = check(capsys, file)
    assert code == 78
    assert "0600" in str(body)


def test_without_a_configuration_the_advice_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment's file first, then the folder's; with none, what to do is said."""
    monkeypatch.setattr("lienthong.cli._parts._CHECKOUT", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(["config", "show"])
    assert end.value.code == 78
    assert "lienthong sandbox" in capsys.readouterr().err
    (tmp_path / "config").mkdir()
    shutil.copy(CONFIG / "sandbox.toml", tmp_path / "config")
    with pytest.raises(SystemExit) as end:
        main(["config", "show", "--json"])
    assert end.value.code == 0
    monkeypatch.setenv("LIENTHONG_CONFIG", "elsewhere.toml")
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        main(["config", "show"])
    assert end.value.code == 78
    assert "elsewhere.toml" in capsys.readouterr().err
