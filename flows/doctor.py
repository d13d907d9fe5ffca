"""Looks at everything a run depends on and says what to do about each finding."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from flows import look
from flows.lock import Locked, holder, single_writer
from flows.settings import Settings
from warehouse import publish as publication

ROOM = 2 * 1024**3
"""Free bytes wanted: a candidate, the publication and kept ones exist at the same time."""


@dataclass(frozen=True)
class Finding:
    check: str
    state: str  # good, note, bad
    found: str
    advice: str = ""


def examine(settings: Settings) -> list[Finding]:
    return [*_environment(), *_home(settings), *_publication(settings), *_lock(settings), *_sources(settings)]


def _environment() -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", "good" if sys.version_info >= (3, 11) else "bad", python, "Portvault needs 3.11 or newer.")
    for name in ("prefect", "duckdb", "polars", "great-expectations"):
        yield Finding(name, "good", importlib.metadata.version(name))


def _home(settings: Settings) -> Iterator[Finding]:
    folder = settings.root
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    state = "good" if free > ROOM else "bad"
    yield Finding("disk", state, f"{free / 1024**3:.1f} GiB free at {folder}", "" if state == "good" else "Make room.")


def _publication(settings: Settings) -> Iterator[Finding]:
    path = settings.warehouse
    if not path.exists():
        yield Finding("publication", "bad", f"{path} is not there", "Run `portvault run`.")
        return
    manifest = publication.intact(path)
    if manifest is None or publication.checksum(path) != manifest.sha256:
        yield Finding("publication", "bad", "file and manifest differ", "Run `portvault run`: it rebuilds both.")
        return
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            rows = con.execute("SELECT count(*) FROM observation").fetchall()[0][0]
    except duckdb.Error as error:
        yield Finding("publication", "bad", str(error), "Close the program that writes to it, then run again.")
        return
    yield Finding("publication", "good", f"run {manifest.run_id}, {rows:,} observations, {manifest.published_at}")
    yield Finding("drivers", "good", f"storage {manifest.storage_version}: DuckDB 1.1 and newer can open it")


def _lock(settings: Settings) -> Iterator[Finding]:
    try:
        with single_writer(settings.lock, "doctor"):
            yield Finding("lock", "good", "free")
    except Locked:
        owner = holder(settings.lock)
        yield Finding("lock", "note", f"held by {owner}", "A run is under way; wait, or stop that process.")


def _sources(settings: Settings) -> Iterator[Finding]:
    known = look.remembered(settings)
    if not known:
        yield Finding("sources", "note", "no publisher was asked yet", "Run `portvault run` without --offline.")
    for name, facts in known.items():
        good = facts["state"] == "reachable"
        advice = "" if good else "Fetch the files by hand and `portvault ingest` them if this lasts."
        yield Finding(
            name, "good" if good else "note", f"{facts['state']} {facts['reason']} ({facts['asked']})", advice
        )
