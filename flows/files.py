"""Files written so that readers and crashes see all of them or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

WRITING = ".writing-"
"""Prefix of what is not yet whole; a killed writer leaves it behind."""


def write_atomic(path: Path, content: bytes | Path) -> None:
    """Write a file so that readers and crashes see all of it or nothing of it. A path stands for the bytes there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=WRITING)
    try:
        with os.fdopen(handle, "wb") as file:
            if isinstance(content, Path):
                with content.open("rb") as source:
                    shutil.copyfileobj(source, file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def add_names(folder: Path, names: Iterable[str]) -> None:
    """Remember names as empty files: a fact that must survive a torn file has no content that could be torn."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    _sync_folder(folder)


def names(folder: Path) -> set[str]:
    """The names remembered in a folder."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_bytes(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n").encode()
