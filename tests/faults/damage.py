"""Faults of disk, clock and files, one by one on a copy of the same home: what each does to readers and to the archive.

Each fault takes the folder of the home and a `Home` to disturb; it returns what the run said. Afterwards readers must
have a complete publication, nothing archived may be lost, and one run must restore the newest state.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.faults import work
from tests.faults.kills import Control, digest, lost

EDITIONS = 2
"""Ingested before the fault comes; a fault during a run disturbs the one of the next."""


class Home:
    """A home that holds EDITIONS editions, and what its states must look like."""

    def __init__(self, path: Path, control: Control, origin: Path, on_disk: bool) -> None:
        self.path, self.control, self.on_disk = path, control, on_disk
        shutil.copytree(origin, path)
        kept = self.newest("publications/*.duckdb")
        kept.unlink()
        kept.hardlink_to(path / "warehouse.duckdb")  # as it was; copytree makes two of it
        self.known: set[str] = set()
        lost(path, self.known)

    def newest(self, pattern: str) -> Path:
        """The newest file of the home that fits a pattern."""
        return max((p for p in self.path.glob(pattern) if p.is_file()), key=lambda p: (p.stat().st_mtime_ns, p.name))


@dataclass(frozen=True)
class Outcome:
    """What came of a fault."""

    said: str  # by the run that met it
    clear: bool  # does that name the fault?
    exit_code: int | None
    readers: str  # which publication readers had then: newest, earlier, or none
    restored: bool  # by one more run
    lost: list[str]  # from the archive

    @property
    def good(self) -> bool:
        return (
            self.clear
            and self.exit_code is not None
            and self.readers in ("newest", "earlier")
            and self.restored
            and not self.lost
        )


Fault = Callable[[Home], dict[str, Any]]
TORN = {
    "publication": "warehouse.duckdb",
    "manifest": "warehouse.json",
    "archived bytes": "archive/**/*.html",
    "sidecar": "archive/gacc*/**/*.json",
    "cached reading": "cache/readings/**/*.parquet",
    "facts of a cached reading": "cache/readings/**/*.json",
    "cached indicators": "cache/indicators/*.parquet",
    "marker of the outputs": "cache/outputs.json",
    "run report": "runs/*.json",
    "Parquet twin": "parquet/*.parquet",
    "bulletin": "bulletin/*.html",
    "kept publication": "publications/*.duckdb",
    "manifest of a kept publication": "publications/*.json",
}
"""The files of a home, newest of each kind."""


def cut(path: Path, keep: float) -> None:
    """Cut a file as a power failure does: a share of it is there, under its name."""
    content = path.read_bytes()
    mode = path.stat().st_mode
    path.chmod(0o644)
    with path.open("r+b") as file:  # the same inode: hard links are cut as well
        file.truncate(int(len(content) * keep))
    path.chmod(mode)


def flip(path: Path, at: float = 0.5) -> None:
    """Turn sixteen bytes over in place, as a bad block does."""
    mode, size = path.stat().st_mode, path.stat().st_size
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(int(size * at))
        some = file.read(16)
        file.seek(int(size * at))
        file.write(bytes(byte ^ 0xFF for byte in some))
    path.chmod(mode)


def torn(kind: str, keep: float) -> Fault:
    def fault(home: Home) -> dict[str, Any]:
        cut(home.newest(TORN[kind]), keep)
        return work.complete(home.path)

    return fault


def corrupted_publication(home: Home) -> dict[str, Any]:
    flip(home.path / "warehouse.duckdb")
    return work.complete(home.path)


def lost_publication(home: Home) -> dict[str, Any]:
    for path in home.path.glob("warehouse.*"):
        path.unlink()
    return work.complete(home.path)


def only_the_archive_is_left(home: Home) -> dict[str, Any]:
    for path in home.path.iterdir():
        if path.name != "archive":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return work.complete(home.path)


def corrupted_archive_entry(home: Home) -> dict[str, Any]:
    """A full run reads the bytes again, refuses them, and must not publish less than readers have."""
    flip(home.newest("archive/**/*.html"))
    return work.complete(home.path, full=True)


def clock_goes_back(home: Home) -> dict[str, Any]:
    return work.complete(home.path, EDITIONS, PORTVAULT_NOW="2024-02-29")


def slow_disk(home: Home) -> dict[str, Any]:
    return work.complete(home.path, EDITIONS, slow=0.5)


@dataclass(frozen=True)
class Full:
    """The disk has so many bytes left when the run of the next edition begins."""

    free: int

    def __call__(self, home: Home) -> dict[str, Any]:
        if not home.on_disk:
            said = work.complete(home.path, EDITIONS, limit=self.free)
            return said | {"reason": f"(no disk to fill: No space left means a limit of files) {said['reason']}"}
        filler = home.path.parent / "filler"
        filler.write_bytes(bytes(max(0, shutil.disk_usage(home.path).free - self.free)))
        said = work.complete(home.path, EDITIONS)
        filler.unlink()
        return said


def read_only(home: Home) -> dict[str, Any]:
    if not home.on_disk:
        return {"exit_code": 1, "reason": "(not tried: it takes the right to mount a disk)"}
    _mount("-o", "remount,ro", str(home.path.parent))
    said = work.complete(home.path, EDITIONS)
    _mount("-o", "remount,rw", str(home.path.parent))
    return said


@dataclass(frozen=True)
class Case:
    fault: Fault
    says: str = ""  # must be in what the run says that meets the fault
    then: int | None = None  # the edition that the next run ingests (again); None: it just runs


PUBLICATION = ("publication", "kept publication")  # one file with two names: both are damaged at once
BYTES = "archived bytes"
FAULTS: dict[str, Case] = {
    **{f"disk full after {free:,} bytes": Case(Full(free), "No space left", EDITIONS)
       for free in (0, 20_000, 500_000, 4_000_000, 7_000_000)},
    "read-only folder": Case(read_only, "Read-only", EDITIONS),
    **{f"{kind}: {what} is left": Case(torn(kind, keep), "damaged" if kind in PUBLICATION else "")
       for kind in TORN if kind != BYTES for what, keep in (("half", 0.5), ("nothing", 0))},
    **{f"{BYTES}: {what} is left": Case(torn(BYTES, keep), "ingest the file again", EDITIONS - 1)
       for what, keep in (("half", 0.5), ("nothing", 0))},
    "corrupted publication": Case(corrupted_publication, "damaged"),
    "lost publication": Case(lost_publication, "gone"),
    "only the archive is left": Case(only_the_archive_is_left),
    "corrupted archive entry, all read again": Case(corrupted_archive_entry, "held for approval", EDITIONS - 1),
    "clock goes back two years": Case(clock_goes_back, "", EDITIONS),
    "each sync of the disk takes half a second": Case(slow_disk, "", EDITIONS),
}  # fmt: skip


def examine(name: str, root: Path, control: Control) -> Outcome:
    """Do one of FAULTS to a home of its own, look at readers and archive, then run once more."""
    case = FAULTS[name]
    fault = case.fault
    source = origin(root, control)
    place = root / re.sub(r"\W+", "-", name)
    with disk(place) if isinstance(fault, Full) or fault is read_only else nullcontext(False) as on_disk:
        home = Home(place / "data", control, source, on_disk)
        said = fault(home)
        readers = _readers(home)
        repaired = work.complete(home.path, case.then)
        newest = control.digest(EDITIONS + (case.then == EDITIONS))
        restored = repaired["exit_code"] == 0 and digest(home.path) == newest
        gone = lost(home.path, home.known)
    shutil.rmtree(place, ignore_errors=True)
    return Outcome(str(said["reason"]), case.says in str(said["reason"]), said["exit_code"], readers, restored, gone)


def _readers(home: Home) -> str:
    try:
        found = digest(home.path)
    except (duckdb.Error, OSError) as error:
        return f"none: {error}"[:80]
    known = [home.control.digest(number) for number in range(EDITIONS + 2)]
    if found not in known:
        return f"unknown: {found}"
    return "newest" if known.index(found) >= EDITIONS else "earlier"


def origin(root: Path, control: Control) -> Path:
    """A home with EDITIONS editions, made once."""
    made = root / "origin"
    if not made.exists():
        control.digest(EDITIONS)
        shutil.copytree(control.home, made)
        control.digest(EDITIONS + 1)
    return made


@contextmanager
def disk(at: Path) -> Iterator[bool]:
    """A file system of its own at `at`; False where nobody may mount one."""
    at.mkdir(parents=True)
    mounted = _mount("-t", "tmpfs", "-o", "size=128m", "none", str(at))
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(at)], check=True)


def _mount(*arguments: str) -> bool:
    return (
        shutil.which("mount") is not None and subprocess.run(["mount", *arguments], capture_output=True).returncode == 0
    )
