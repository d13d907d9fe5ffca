"""The scripts that docs/reliability.md names can be called as it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(("script", "option"), [("tests.faults", "--kills"), ("tests.benchmark", "--repeat")])
def test_script_is_whole(script: str, option: str) -> None:
    command = [sys.executable, "-m", script, "--help"]
    root = Path(__file__).parent.parent
    assert option in subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout
