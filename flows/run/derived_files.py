"""What is written beside the publication, from the published file alone: a crash here is mended by the next run."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from flows.run import reading_cache, second
from flows.run.code_version import BUILDING, code_hash
from flows.run.report import Report
from flows.settings import Settings
from warehouse.files import mirror, place, write_atomic
from warehouse.publish import BOUNDED, QUIET, Manifest, read_manifest
from warehouse.splice import Kept


class OtherTables(Exception):
    """The publication was written by another version of Portvault and lacks what the pages of this one ask for."""


@contextlib.contextmanager
def _tables_of_this_version(settings: Settings) -> Iterator[None]:
    try:
        yield
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        what = str(error).splitlines()[0]
        advice = "`portvault run` builds it anew"
        raise OtherTables(f"{settings.warehouse} is of another version of Portvault ({what}); {advice}") from error


def write(settings: Settings, checks: Sequence[Mapping[str, Any]] = ()) -> dict[str, str]:
    """Write everything that goes with the publication; returns name -> path of each output.

    Each is written where its tables changed: catalogue and feeds name the publication and change with it, data docs
    change with the results. Raises OtherTables.
    `checks` are results of both gates with the rows that failed; without them those stored in the file are shown.
    """
    from expectations.docs import write_docs
    from expectations.gate import CheckResult
    from warehouse import export
    from warehouse.bulletin import FORMATS
    from warehouse.catalog import series_pages, write_catalog
    from warehouse.feeds import write_feeds
    from warehouse.sdmx import write_sdmx

    manifest = read_manifest(settings.warehouse)
    assert manifest, "outputs are written after publishing"
    made, kept = _Made(settings), Kept(settings.root / "cache", code_hash(BUILDING))
    with (
        _tables_of_this_version(settings),
        duckdb.connect(str(settings.warehouse), read_only=True) as con,
        ThreadPoolExecutor(1, "outputs") as thread,
    ):
        con.execute(f"{QUIET}; {BOUNDED}")
        results = [CheckResult(**check) for check in checks or _stored(con)]
        tables = export.prints(con)
        figures = {name: said for name, said in tables.items() if not name.startswith("ops.") and name != "publication"}
        suites = _write_suites(settings.catalog / "suites")
        today = settings.clock().date()
        pages = made.files(f"bulletin/bulletin-{today}.")
        briefing: Future[list[Path]] | None = None
        observations: Future[list[Path]] | None = None
        if made.outdated("bulletin", f"bulletin/bulletin-{today}.", [str(today), *figures.values()]):
            briefing = second.beside(write_bulletin, settings, today, list(FORMATS))
        if made.outdated("SDMX", "sdmx/", [tables["vintage.observation"], tables["series"]]):
            observations = thread.submit(write_sdmx, con.cursor(), settings.root / "sdmx", kept)
        export.write_parquet(con, settings.parquet, partial(reading_cache.rows_of, settings.readings), kept, tables)
        if settings.parquet_url:
            mirror(settings.parquet, place(settings.parquet_url))
        whole = [result.as_dict() for result in results if result.suite == "candidate"]
        docs, page = settings.catalog / "checks" / "index.html", settings.catalog / "index.html"
        if made.outdated("data docs", "catalog/checks/", [json.dumps([one.as_dict() for one in results], default=str)]):
            write_docs(docs.parent, results)  # they link the suites that are there
        stale = [
            part
            for part, told in series_pages.prints(con).items()
            if made.outdated(f"series {part}", f"catalog/series/{part}.js", [told])
        ]
        common = ("publication", "definition", "definition_break", "ops.release", "freshness")
        if made.outdated("series", "catalog/series", [tables[name] for name in common]) or stale:
            series_pages.write_series(con, settings.catalog, stale)
        if made.outdated("catalogue", "catalog/index.html", [*tables.values(), json.dumps(whole, default=str)]):
            write_catalog(con, page, whole)
        if made.outdated("feeds", "feeds/", list(tables.values())):
            write_feeds(con, settings.root / "feeds")
        if observations:
            observations.result()
        written = {
            "catalogue": str(page),
            "series": str(settings.catalog / "series.html"),
            "feeds": str(settings.root / "feeds"),
            "data docs": str(docs),
            "suites": str(suites),
            "Parquet": str(settings.parquet),
            **({"Parquet copy": settings.parquet_url} if settings.parquet_url else {}),
            "SDMX": str(settings.root / "sdmx"),
        }
    with contextlib.suppress(LookupError):  # no figure of trade or banking yet: nothing to brief about
        pages = briefing.result() if briefing else pages
        written = {"bulletin": str(pages[0]), **written}
    if settings.warehouse != settings.target:
        written = {
            f"publication, as {settings.target.name} is open and cannot be replaced": str(settings.warehouse),
            **written,
        }
    folders = (settings.parquet, settings.root / "sdmx", settings.root / "feeds", settings.catalog)
    files = [*pages, *(path for folder in folders for path in folder.rglob("*") if path.is_file())]
    sizes = {str(path.relative_to(settings.root)): path.stat().st_size for path in files}
    write_atomic(
        _marker(settings), json.dumps({"run_id": manifest.run_id, "sizes": sizes, "prints": made.prints}).encode()
    )
    return written


class _Made:
    """What the last outputs were made of. What it knew is forgotten on the disk until the new ones are all there."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.root
        self.prints: dict[str, str] = {}
        try:
            marker = json.loads(_marker(settings).read_bytes())
            self._sizes: dict[str, int] = marker["sizes"]
            self._before: dict[str, str] = marker["prints"]
        except (OSError, ValueError, KeyError):
            self._sizes, self._before = {}, {}
        _marker(settings).unlink(missing_ok=True)

    def files(self, begin: str) -> list[Path]:
        """The files whose place below the home begins so."""
        return [self._root / name for name in self._sizes if name.startswith(begin)]

    def outdated(self, output: str, begin: str, tables: Sequence[str]) -> bool:
        """Must it be written? Not where its tables and the code are what they were, and its files are there whole."""
        said = "\n".join((code_hash(BUILDING), *tables))
        self.prints[output] = hashlib.sha256(said.encode()).hexdigest()
        sizes = [_size(path) == self._sizes[path.relative_to(self._root).as_posix()] for path in self.files(begin)]
        return self._before.get(output) != self.prints[output] or not sizes or not all(sizes)


def _write_suites(folder: Path) -> Path:
    """The suites as Great Expectations' JSON; written again only where the code of the expectations is another."""
    from expectations.gate import write_suites

    mark, version = folder / "code", code_hash(("expectations",))
    if not mark.exists() or mark.read_text("utf-8") != version:
        second.beside(write_suites, folder).result()
        write_atomic(mark, version.encode())
    return folder


def write_beside(settings: Settings, report: Report) -> None:
    """Write what goes with a file built earlier; what this version cannot make of it is said in the report's reason."""
    try:
        report.outputs = write(settings)
    except OtherTables as error:
        report.reason = f"{report.reason} Not everything that goes with it could be written: {error}.".strip()


def write_bulletin(settings: Settings, as_of: date | None, formats: Sequence[str]) -> list[Path]:
    """Write the bulletin of a day (today) from the publication.

    Raises LookupError when nothing was known that day, OtherTables.
    """
    from warehouse import bulletin

    with _tables_of_this_version(settings), duckdb.connect(str(settings.warehouse), read_only=True) as con:
        con.execute(QUIET)
        made = bulletin.build(con, as_of or settings.clock().date())
    return bulletin.write(made, settings.bulletin, formats)


def _stored(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The results of the releases' gate, as the file keeps them (without failing rows)."""
    answer = con.execute(
        """SELECT suite, expectation, column_name AS column, success, severity, observed, expected, why,
               subject AS where_
           FROM ops.check_result"""
    )
    names = [column[0].rstrip("_") for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def complete(settings: Settings, manifest: Manifest) -> bool:
    """Were the outputs of this publication written to the end, and are they still all there, none of them cut?"""
    return not lacking(settings, manifest)


def lacking(settings: Settings, manifest: Manifest) -> list[str]:
    """What is wrong with the outputs of this publication: files that are gone or cut, or that there are none."""
    try:
        marker = json.loads(_marker(settings).read_bytes())
        if marker["run_id"] != manifest.run_id:
            return [f"written for run {marker['run_id']}"]
        return [name for name, size in marker["sizes"].items() if _size(settings.root / name) != size]
    except (FileNotFoundError, ValueError, KeyError):
        return ["never written to the end"]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1


def _marker(settings: Settings) -> Path:
    return settings.root / "cache" / "outputs.json"
