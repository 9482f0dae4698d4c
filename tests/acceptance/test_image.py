"""The files that make and run the container image, held against the code; nothing is built here."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from lienthong.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text("utf-8")
COMPOSE = (ROOT / "docker" / "compose.yaml").read_text("utf-8")
IGNORE = (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def image_environment() -> dict[str, str]:
    """What the image sets of our own settings."""
    return dict(re.findall(r"(LIENTHONG_\w+)=(\S+)", DOCKERFILE))


def compose_environment() -> dict[str, str]:
    """What the compose file sets on top."""
    return dict(re.findall(r"^ +(LIENTHONG_\w+): (\S+)$", COMPOSE, re.MULTILINE))


def test_the_build_sees_all_that_the_wheel_is_made_of() -> None:
    """Everything that is copied or packed exists and passes .dockerignore, which lets in nothing else by default."""
    let_in = {line[1:] for line in IGNORE if line.startswith("!")}
    copied = {
        source.split("/")[0]
        for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
        for source in line.split()
        if source != "."
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    packed = {path.split("/")[0] for path in [*wheel["packages"], *wheel["force-include"]]}
    packed |= {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}

    assert next(line for line in IGNORE if line and not line.startswith("#")) == "*"
    assert let_in == copied | packed
    assert [name for name in let_in if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("environment", [image_environment(), compose_environment()])
def test_every_variable_sets_a_setting_that_exists(environment: dict[str, str]) -> None:
    """A renamed setting cannot leave a variable behind that nobody reads."""
    assert environment
    for name in environment.keys() - {"LIENTHONG_CONFIG"}:
        table, key = name.removeprefix("LIENTHONG_").lower().split("__")
        model = Settings.model_fields[table].annotation
        assert key in getattr(model, "model_fields", {}), name


def test_the_example_configuration_holds_in_the_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """config/province.toml needs no edit of paths: data, papers and keys end in the volumes, keys apart from the data."""
    config = Path(shutil.copy(ROOT / "config" / "province.toml", tmp_path / "lienthong.toml"))
    text = config.read_text("utf-8")
    for name in re.findall(r'_file = "([^"]+)"', text):
        secret = tmp_path / name
        secret.parent.mkdir(parents=True, exist_ok=True)
        secret.write_text("placeholder", "utf-8")
    for name in re.findall(r'_env = "([^"]+)"', text):
        monkeypatch.setenv(name, "placeholder")
    for name, value in (image_environment() | compose_environment()).items():
        monkeypatch.setenv(name, value)

    settings = load_settings(config)

    data, keys = re.findall(r'^VOLUME \["([^"]+)", "([^"]+)"\]$', DOCKERFILE, re.MULTILINE)[0]
    assert settings.store.url.startswith(f"sqlite:///{data}/")
    assert Path(settings.store.content).is_relative_to(data)
    assert settings.store.keys.is_relative_to(keys)
    assert not settings.store.keys.is_relative_to(data)
    assert settings.health.file is not None
    assert settings.health.file.is_relative_to(data)


def test_the_health_check_waits_longer_than_a_round_of_checks() -> None:
    """With the settings as shipped, a slow round does not make the container unhealthy."""
    found = re.search(r'find \\"\$(\w+)\\" -mmin -(\d+)', DOCKERFILE)
    assert found is not None
    assert found[1] in image_environment()
    schedule = Settings.model_fields["schedule"].default
    assert int(found[2]) * 60 > 5 * schedule.health_every_s


def test_the_container_has_no_rights_to_lose() -> None:
    """A fixed numeric user (so that hosts can own secrets for it), no capability, nothing writable but its volumes."""
    assert re.findall(r"^USER (\d+:\d+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    for line in (
        "read_only: true",
        "cap_drop: [ALL]",
        'security_opt: ["no-new-privileges:true"]',
    ):
        assert re.search(rf"^    {re.escape(line)}$", COMPOSE, re.MULTILINE), line
    for volume in ("/var/lib/lienthong", "/var/lib/lienthong-keys"):
        assert re.search(rf"^      - \w+:{volume}( #.*)?$", COMPOSE, re.MULTILINE), volume


def test_the_offline_build_script_is_a_shell_script_without_host_names() -> None:
    """It parses, and takes its mirror from the machine's own sources."""
    script = ROOT / "docker" / "build-offline.sh"
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert "://" not in script.read_text("utf-8")
