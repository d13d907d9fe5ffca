"""The Prefect server that the environment or the active profile names, without importing Prefect (it takes long)."""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from pathlib import Path

VARIABLE = "PREFECT_API_URL"


def named() -> str:
    """Address of the API; empty where none is named, and each run would start a server of its own."""
    if url := os.environ.get(VARIABLE):
        return url
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    path = Path(os.environ.get("PREFECT_PROFILES_PATH", home / "profiles.toml"))
    with suppress(OSError, tomllib.TOMLDecodeError, AttributeError):
        book = tomllib.loads(path.read_text("utf-8"))
        active = os.environ.get("PREFECT_PROFILE") or book.get("active", "")
        return str(book.get("profiles", {}).get(active, {}).get(VARIABLE, ""))
    return ""
