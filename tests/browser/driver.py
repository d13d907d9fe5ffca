"""The driver of the browser that is there, and a page as a person sees it once it is drawn."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(not (BROWSER and shutil.which("npm")), reason="needs npm and a browser")


def install(folder: Path) -> Path:
    """Puts the driver (puppeteer-core), the checker (axe-core) and our scripts into a throw-away folder."""
    for path in (HERE / "package.json", *HERE.glob("*.mjs")):
        shutil.copy(path, folder)
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def look(tools: Path, url: str, shot: Path, ready: str) -> str:
    """The page's HTML once `ready`, an expression of its own JavaScript, is true; its picture goes to `shot`.

    A page that draws in workers, by what it fetches, tells nothing of when it is done: so what must be there is asked for,
    however long a busy machine takes. After three minutes the page is taken as it is.
    """
    command = ["node", "drawn.mjs", str(BROWSER), url, str(shot), ready]
    done = subprocess.run(command, cwd=tools, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout))
