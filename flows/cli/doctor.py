"""Looks at everything a run depends on and says what to do about each finding."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import requests

from flows.archive import Archive, Quarantine
from flows.deployments import ENTRYPOINT
from flows.http.client import Client
from flows.http.errors import FetchError, shown
from flows.http.transfer import Limits
from flows.prefect_address import named
from flows.run import derived_files, extract, holding, metrics, report_files
from flows.run.lock import Locked, holder, single_writer
from flows.settings import Settings, unknown_variables
from flows.sources import address, sources, unknown_addresses
from warehouse import publish as publication
from warehouse.files import sha256_of

STORAGE = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = current_database()"
PROCESSES = Path("/proc")
KNOCK = Limits(attempts=1, total=10.0)
"""One question, and not for long: doctor is waited for."""


@dataclass(frozen=True)
class Finding:
    check: str
    state: str  # good, note, bad
    found: str
    advice: str = ""


def examine(settings: Settings) -> list[Finding]:
    """All findings, none of which changes anything. A `bad` one keeps runs or readers from working."""
    parts = (
        _environment,
        _variables,
        _home,
        _last_run,
        _publication,
        _outputs,
        _archive,
        _readers,
        _lock,
        _held,
        _prefect,
        _sources,
    )
    return [finding for part in parts for finding in part(settings)]


def _environment(_: Settings) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Finding("python", "good" if good else "bad", python, "" if good else "Portvault needs 3.11 or newer.")
    for name in ("prefect", "duckdb", "polars", "great-expectations"):
        yield Finding(name, "good", importlib.metadata.version(name))


def _home(settings: Settings) -> Iterator[Finding]:
    folder, free = metrics.free(settings)
    cramped = metrics.cramped(settings)
    yield Finding("disk", "bad" if cramped else "good", cramped or f"{free / 1024**3:.1f} GiB free at {folder}",
                  "Make room." if cramped else "")  # fmt: skip


def _variables(settings: Settings) -> Iterator[Finding]:
    """Settings that are none."""
    for name in (*unknown_variables(), *unknown_addresses(settings)):
        yield Finding("setting", "note", f"{name} is no setting and does nothing", "Mind its spelling, or unset it.")


def _last_run(settings: Settings) -> Iterator[Finding]:
    """The newest run, if it failed."""
    if failure := report_files.last_failure(settings):
        advice = f"See {settings.runs / failure['run_id']}.md; the next run tries again."
        yield Finding("last run", "bad", f"run {failure['run_id']} failed: {failure['reason']}", advice)


def _publication(settings: Settings) -> Iterator[Finding]:
    path = settings.warehouse
    if not path.exists():
        yield Finding("publication", "bad", f"{path} is not there", "Run `portvault run`.")
        return
    manifest = publication.read_manifest(path)
    if manifest is None:
        found = f"{path.with_suffix('.json').name} is gone or torn"
        yield Finding("publication", "bad", found, "Run `portvault run`: it writes it again from the file.")
        return
    if (checksum := sha256_of(path)) != manifest.sha256:
        found = f"{path.name} has SHA-256 {checksum[:12]}, its manifest says {manifest.sha256[:12]}: one was altered"
        yield Finding("publication", "bad", found, "Run `portvault run`: it puts a sound one there and rebuilds.")
        return
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            rows = con.execute("SELECT count(*) FROM observation").fetchall()[0][0]
            storage = con.execute(STORAGE).fetchall()[0][0]
    except duckdb.Error as error:
        yield Finding("publication", "bad", str(error), "Close the program that writes to it, then run again.")
        return
    yield Finding("publication", "good", f"run {manifest.run_id}, {rows:,} observations, {manifest.published_at}")
    if path != settings.target:
        found = f"{settings.target.name} could not be replaced while open; {settings.target.stem}.path names the newest"
        yield Finding("pointer", "note", found, f"Close what has {settings.target} open; the next run replaces it.")
    if storage == f"{manifest.storage_version}+":
        found = f"storage {storage} in the file itself; tested with DuckDB {manifest.oldest_driver} and newer"
        yield Finding("drivers", "good", found)
    else:
        found = f"storage {storage} in the file, not {manifest.storage_version}: older drivers cannot open it"
        yield Finding("drivers", "bad", found, "`portvault run --full` writes it again.")


def _outputs(settings: Settings) -> Iterator[Finding]:
    """Are Parquet, SDMX, bulletin and catalogue those of the publication, and whole?"""
    manifest = publication.read_manifest(settings.warehouse)
    if manifest is None:
        return
    if wrong := derived_files.lacking(settings, manifest):
        found = f"{', '.join(wrong[:3])}{f' and {len(wrong) - 3} more' if len(wrong) > 3 else ''}"
        yield Finding("outputs", "bad", f"missing, cut or outdated: {found}", "`portvault run` writes them again.")
    else:
        yield Finding("outputs", "good", "Parquet, SDMX, bulletin and catalogue are those of the publication")


def _archive(settings: Settings) -> Iterator[Finding]:
    """Are all archived bytes still those that were stored? Reads every one of them."""
    archive = Archive(settings.archive)
    snapshots = archive.snapshots()
    damaged = [snapshot for snapshot in snapshots if not archive.intact(snapshot)]
    for snapshot in damaged:
        again = f"The next online run fetches it again from {snapshot.url}" if snapshot.url else "Ingest it again"
        yield Finding("archive", "bad", f"{snapshot.path} is damaged", f"{again}, or restore it from a backup.")
    yield Finding("archive", "note" if damaged else "good", f"{len(snapshots) - len(damaged)} releases, whole")


def _readers(settings: Settings) -> Iterator[Finding]:
    """Who has the publication open, for writing even, or the file it replaced (Linux tells; others do not)."""
    if not settings.warehouse.exists() or not PROCESSES.is_dir():
        return
    target = settings.warehouse.stat()
    for link in PROCESSES.glob("[0-9]*/fd/*"):
        try:
            opened = link.stat()
            replaced = str(link.readlink()) == f"{settings.warehouse} (deleted)"
            if not replaced and (opened.st_dev, opened.st_ino) != (target.st_dev, target.st_ino):
                continue
            process = link.parent.parent
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            flags = int((process / "fdinfo" / link.name).read_text().split("flags:")[1].split()[0], 8)
        except OSError:  # ended meanwhile, or belongs to somebody else
            continue
        who = f"process {process.name}: {' '.join(command.split())[:80]}"
        if replaced:
            yield Finding("old reader", "note", who, "It still reads an earlier publication: let it connect again.")
        elif flags & os.O_ACCMODE == os.O_RDONLY:
            yield Finding("reader", "good", who)
        else:
            yield Finding("writer", "bad", who, "It locks readers out: let it connect read-only, or stop it.")
    if os.geteuid():
        yield Finding(
            "readers", "note", "those of other users cannot be seen", "Run `portvault doctor` as root to see them."
        )


def _held(settings: Settings) -> Iterator[Finding]:
    waiting = holding.held(settings)
    if waiting:
        run_id = waiting["manifest"]["run_id"]
        advice = f"portvault diff {run_id}, then approve or reject it."
        why = [holding.told(figure) for figure in waiting.get("figures") or ()][:3] or waiting["reasons"]
        yield Finding("held", "note", f"run {run_id} waits: {' '.join(why)}", advice)
    refused = len(Quarantine(settings.quarantine).items())
    if refused:
        yield Finding("quarantine", "note", f"{refused} files refused", f"The reasons are in {settings.quarantine}.")


def _prefect(_: Settings) -> Iterator[Finding]:
    """The server that PREFECT_API_URL or the active profile names, and the schedules it knows."""
    url = named()
    if not url:
        advice = "For schedules: start `prefect server start` and set PREFECT_API_URL."
        yield Finding("prefect server", "note", "none named: runs of the command line need none", advice)
        return
    try:
        answer = requests.post(f"{url}/deployments/filter", json={}, timeout=5)
        answer.raise_for_status()
        names = sorted(d["name"] for d in answer.json() if d["entrypoint"] == ENTRYPOINT)
    except (requests.RequestException, ValueError) as error:
        found = f"{shown(url)}: {type(error).__name__}"  # its message quotes the address, which may hold a password
        yield Finding("prefect server", "bad", found, "Start it, or unset PREFECT_API_URL.")
        return
    yield Finding("prefect server", "good", shown(url))
    found = ", ".join(names) or "none registered"
    advice = "" if names else "`portvault serve`, or `portvault deploy`."
    yield Finding("schedules", "good" if names else "note", found, advice)


def _lock(settings: Settings) -> Iterator[Finding]:
    if not settings.lock.exists():  # taking it would make it, and the folder
        yield Finding("lock", "good", "free")
        return
    try:
        with single_writer(settings.lock, "doctor"):
            yield Finding("lock", "good", "free")
    except Locked:
        owner = holder(settings.lock)
        yield Finding("lock", "note", f"held by {owner}", "A run is under way; wait, or stop that process.")
    except OSError as error:
        yield Finding("lock", "bad", str(error), "No run can write here: give it a folder that it may write to.")


def _sources(settings: Settings) -> Iterator[Finding]:
    """Can each publisher be reached now, and how did it answer last?"""
    known = extract.remembered(settings)
    bases = {source.id: url for source in sources().values() if source.url and (url := address(source, settings))}
    with ThreadPoolExecutor(len(bases)) as pool:
        answers = [] if settings.offline else list(pool.map(lambda url: _reach(settings, url), bases.values()))
    for name, answer in zip(bases, answers, strict=False):
        last = known.get(name)
        before = f"; last asked {last['asked']}: {last['state']}" if last else "; not asked by a run yet"
        good = answer.startswith(("HTTP 2", "reachable"))
        advice = "" if good else "Fetch the files by hand and `portvault ingest` them if this lasts."
        yield Finding(name, "good" if good else "note", f"{answer}{before}", advice)


def _reach(settings: Settings, url: str) -> str:
    """How a site answers the client of a run: what keeps a run away is seen here too."""
    try:
        return f"HTTP {Client(settings, [url], KNOCK).get(url + '/').status}"
    except FetchError as error:
        return f"{error.state}: {error.came}"
