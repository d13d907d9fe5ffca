"""A page as a person sees it, in headless Chromium."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_browser = pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")


def look(url: str, shot: Path, size: tuple[int, int] = (1300, 1400)) -> str:
    """The page's HTML once its scripts have run; its picture goes to `shot`."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
               f"--window-size={size[0]},{size[1]}", "--virtual-time-budget=60000", "--dump-dom",
               f"--screenshot={shot}", url]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=True).stdout
