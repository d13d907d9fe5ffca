"""The scripts that docs/reliability.md names can be called as it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.install import told


def test_uv_is_told_what_pip_is_told() -> None:
    """The addresses of examples.org are nobody's; a variable of pip goes before its files."""
    listed = """:env:.find-links='/wheels'
global.cert='/etc/ca.pem'
global.extra-index-url='https://a.example.org/simple\\nhttps://b.example.org/simple'
global.find-links='/elsewhere /other'
global.index-url='https://pypi.example.org/simple'
global.require-virtualenv='true'
"""
    assert told(listed) == {
        "UV_FIND_LINKS": "/wheels",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "UV_INDEX": "https://a.example.org/simple https://b.example.org/simple",
        "UV_DEFAULT_INDEX": "https://pypi.example.org/simple",
    }
    assert told("site.find-links='/one /two'") == {"UV_FIND_LINKS": "/one,/two"}
    assert told("") == {}


@pytest.mark.slow
@pytest.mark.parametrize(("script", "option"), [("tests.faults", "--kills"), ("tests.benchmark", "--repeat")])
def test_script_is_whole(script: str, option: str) -> None:
    command = [sys.executable, "-m", script, "--help"]
    root = Path(__file__).parent.parent
    assert option in subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout
