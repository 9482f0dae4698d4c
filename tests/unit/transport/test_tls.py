"""Certificate files: what is wrong with them is said with the setting's name."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from lienthong.interface import ConfigurationError, SystemSettings
from lienthong.transport import certificate_expiry, open_transport

UNTIL = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)


def settings(**files: Any) -> Any:
    return SystemSettings(
        name="land", connector="land", url="https://localhost", channel={}, **files
    )


@pytest.fixture
def not_pem(tmp_path: Path) -> Any:
    path = tmp_path / "not.pem"
    path.write_text("nothing of use")
    return path


@pytest.mark.parametrize("setting", ["ca", "client_certificate"])
def test_unreadable_files_name_their_setting(tmp_path: Path, not_pem: Any, setting: Any) -> None:
    """A missing file and a file without PEM are mistakes of the configuration."""
    for path in (tmp_path / "missing.pem", not_pem):
        with pytest.raises(ConfigurationError, match=rf"systems\.land\.{setting}"):
            open_transport(settings(**{setting: path}))


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    """Mutual TLS needs both in one file."""
    path = tmp_path / "only.pem"
    trustme.CA().issue_cert("x").cert_chain_pems[0].write_to_path(path)
    with pytest.raises(ConfigurationError, match="client_certificate"):
        open_transport(settings(client_certificate=path))


def test_expiry_of_a_file(tmp_path: Path) -> None:
    """The end of the first certificate, the leaf, in UTC; keys and authorities in the file do not matter."""
    path = tmp_path / "client.pem"
    trustme.CA().issue_cert("x", not_after=UNTIL).private_key_and_cert_chain_pem.write_to_path(path)
    assert certificate_expiry(path) == UNTIL


def test_expiry_of_no_certificate(tmp_path: Path, not_pem: Any) -> None:
    """Missing and malformed files are named."""
    for path in (tmp_path / "missing.pem", not_pem):
        with pytest.raises(ConfigurationError, match=path.name):
            certificate_expiry(path)
