"""What ``make setup`` makes of a fresh clone, and what it says meanwhile."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local import uv
from local.set_up import told

PRINTED = """Resolved 2 packages in 911ms
Downloading boto3 (12.3MiB)
 Downloaded boto3
Installed 2 packages in 156ms
 - setuptools==65.5.0
 + boto3==1.43.102
 + therapist-booking==0.1.0 (from file:///a/clone)
error: Failed to fetch boto3
  Caused by: invalid peer certificate
 + is no package
"""


def test_bookingctl_runs_outside_make(tmp_path: Path) -> None:
    """Called by its path, from any folder, in a shell that knows nothing of the project."""
    bookingctl = Path(sys.executable).with_name("bookingctl")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [bookingctl, "--help"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "redrive" in done.stdout


def test_set_up_names_no_packages_and_keeps_every_error() -> None:
    assert "".join(told(PRINTED.splitlines(keepends=True), is_terminal=False)) == (
        "  Resolved 2 packages in 911ms\n"
        "  Installed 2 packages in 156ms\n"
        "  Compiling, which takes the longest\n"
        "  error: Failed to fetch boto3\n"
        "    Caused by: invalid peer certificate\n"
        "   + is no package\n"
    )


def test_in_a_terminal_each_download_takes_the_place_of_the_one_before() -> None:
    shown = "".join(told(PRINTED.splitlines(keepends=True), is_terminal=True))
    assert "\r\033[K  Downloading boto3 (12.3MiB)\r\033[K  Downloaded boto3\r\033[K  Installed 2 packages" in shown


@pytest.mark.parametrize(
    ("told_to_pip", "in_pips_file", "expected"),
    [
        ({"PIP_CERT": "/proxy.pem", "REQUESTS_CA_BUNDLE": "/other.pem"}, "/file.pem", "/proxy.pem"),
        ({"REQUESTS_CA_BUNDLE": "/other.pem"}, "/file.pem", "/file.pem"),
        ({"PIP_CERT": "", "CURL_CA_BUNDLE": "/other.pem", "SSL_CERT_FILE": "/system.pem"}, "", "/other.pem"),
        ({"SSL_CERT_FILE": "/system.pem"}, "", "/system.pem"),
    ],
)
def test_uv_trusts_whom_pip_trusts(told_to_pip: dict[str, str], in_pips_file: str, expected: str) -> None:
    assert uv.environment(told_to_pip, in_pips_file)["SSL_CERT_FILE"] == expected


def test_what_pips_own_file_says_is_found() -> None:
    printed = ":env:.cert='/variable.pem'\nglobal.cert='/its own/file.pem'\nglobal.index-url='https://a/?b=c'\n"
    assert uv.certificates_of(printed) == "/its own/file.pem"
    assert uv.certificates_of("") == ""


def test_uv_trusts_whom_the_system_trusts_when_nobody_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uv, "_has_a_store", lambda: True)
    assert uv.environment({}) == {"UV_SYSTEM_CERTS": "true"}
    assert uv.environment({"UV_SYSTEM_CERTS": "false"}) == {"UV_SYSTEM_CERTS": "false"}
    monkeypatch.setattr(uv, "_has_a_store", lambda: False)
    assert uv.environment({}) == {}


def test_a_folder_of_certificates_is_one_for_uv_too(tmp_path: Path) -> None:
    assert uv.environment({"REQUESTS_CA_BUNDLE": str(tmp_path)})["SSL_CERT_DIR"] == str(tmp_path)
