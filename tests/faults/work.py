"""The work that is disturbed: revised pages of one table are ingested one after the other, each by a run of its own."""

from __future__ import annotations

import json
import os
import resource
import time
from datetime import date
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess as Process
from pathlib import Path
from typing import Any

from tests.plain import small_history
from tests.transforms.customs_pages import Cell, english
from tests.transforms.customs_tables import by_partner_rows

PAGES = 12
STATED = [date(2026, 5, day) for day in range(1, PAGES + 1)]
"""The days on which the editions became public."""
NOW = "2026-06-01"
forks = get_context("forkserver")
forks.set_forkserver_preload(["tests.faults.work", "tests.faults.warm"])


def edition(number: int) -> bytes:
    """The official page of March 2026 with every level raised by 0.1 percent for each edition."""
    title, rows = by_partner_rows("2026-03", "CNY")
    return english(title, [_raised(row, 1 + number / 1000) for row in rows])


def _raised(row: list[Cell], factor: float) -> list[Cell]:
    if len(row) != 10 or "." not in str(row[1]):
        return row  # a heading
    exports, exports_ytd, imports, imports_ytd = (
        round(float(str(cell).replace(",", "")) * factor, 1) for cell in row[3:7]
    )
    levels = (exports + imports, exports_ytd + imports_ytd, exports, exports_ytd, imports, imports_ytd)
    return [row[0], *(f"{level:,.1f}" for level in levels), *row[7:]]


def start(
    home: Path, number: int | None, *, full: bool = False, limit: int = 0, slow: float = 0.0, **environment: str
) -> Process:
    """Begin a run in a process of its own: ingest edition `number`, or with None just run. It tells its stage.

    `limit`: no file may grow beyond so many bytes, a stand-in for a full disk where none can be made.
    `slow`: seconds that each write takes until it is on the disk.
    """
    said(home).unlink(missing_ok=True)
    process = forks.Process(target=_run, args=(home, number, full, limit, slow, environment))
    process.start()
    return process


def complete(home: Path, number: int | None = None, **more: Any) -> dict[str, Any]:
    """The same to its end; the run report. Where the run raised or died its `exit_code` is None."""
    process = start(home, number, **more)
    process.join()
    return report_of(home) or {"exit_code": None, "reason": f"the process ended with {process.exitcode}"}


def report_of(home: Path) -> dict[str, Any] | None:
    """The report of the newest run; None if it was killed before it had one."""
    try:
        return dict(json.loads(said(home).read_bytes()))
    except (FileNotFoundError, ValueError):
        return None


def stage(home: Path) -> str:
    """The stage that the newest run was in when it ended or was killed."""
    try:
        return _told(home, "stage").read_text() or "start"
    except FileNotFoundError:
        return "start"


def said(home: Path) -> Path:
    return _told(home, "report.json")


def bench(home: Path) -> Path:
    """The folder above the home in which the small history lies, and what runs tell their observer."""
    return next(folder for folder in home.parents if (folder / "history").is_dir())


def _told(home: Path, name: str) -> Path:
    folder = bench(home)
    (folder / "told").mkdir(exist_ok=True)
    return folder / "told" / f"{'-'.join(home.relative_to(folder).parts)}.{name}"


def _run(home: Path, number: int | None, full: bool, limit: int, slow: float, environment: dict[str, str]) -> None:
    """In the child: as the command line does it, without Prefect."""
    os.environ.update({"PORTVAULT_HOME": str(home), "PORTVAULT_OFFLINE": "1", "PORTVAULT_NOW": NOW} | environment)
    from flows.run import engine
    from flows.run.engine import Request
    from flows.run.progress import Progress, watch
    from flows.settings import Settings

    told, settings = _told(home, "stage"), Settings()
    told.write_text("archive the file")
    page = told.with_name("edition.html")
    if number is not None:
        page.write_bytes(edition(number))

    class Told(Progress):
        def started(self, name: str) -> None:
            told.write_text(name)

    watch(Told())
    if slow:
        synced = os.fsync
        os.fsync = lambda file: (time.sleep(slow), synced(file))[1]
    try:
        with small_history(bench(home) / "history"):
            soft = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit or soft, soft))
            given = {"files": (page,), "published": STATED[number]} if number is not None else {}
            request = Request(full=full, **given)
            report = engine.run(settings, request).facts()
    except OSError as error:  # as flows.cli.main does
        report = {"exit_code": 1, "reason": str(error)}
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, soft))
    said(home).write_text(json.dumps(report, default=str))
