"""Gate 1: what of the readings a suite lets pass; all new readings of a product are one batch. Gate 2: what is wrong
with a candidate. Great Expectations is imported where something is judged, in the second process if there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from flows.run import second
from flows.run.read import Read
from transforms import identities
from transforms.model import Reading, Refusal
from warehouse.files import write_atomic
from warehouse.publish import QUIET

if TYPE_CHECKING:
    from expectations.gate import CheckResult
    from warehouse.history import History

JUDGED_TOGETHER = 500
"""Releases that pass gate 1 together: few enough to lose little when a run is killed, enough to share its overhead."""

TERMS = 500_000
"""Terms of sums that are judged together: two or three books by area, some 60 MB of them."""

COUNTED = "gate-2-"
"""How the file begins in which the cases of a candidate are kept, by question and dataset."""

CHANGED = "A figure, a label or the order of rows may have been changed: ingest the file as its publisher serves it."

Verdict = tuple[tuple[Mapping[str, Any], ...], Refusal | None]
"""The results of the expectations, and why the release is refused if it is."""


def gate(product: str, reading: Reading, where: str) -> Verdict:
    """What gate 1 says of one reading of a product; `where` names its file in the results."""
    return _gate([(product, reading, where)])[0]


def _gate(readings: Sequence[tuple[str, Reading, str]]) -> list[Verdict]:
    """The same of many readings: those of one product are one batch, and the sums of all of them another one."""
    from expectations.gate import Table, check_all, passed
    from expectations.suites import of

    sums = _sums(readings)
    products: dict[str, list[int]] = {}
    for number, (product, _, _) in enumerate(readings):
        products.setdefault(product, []).append(number)
    verdicts: dict[int, Verdict] = {}
    for product, numbers in products.items():
        if of(product) is None:
            refusal = Refusal("no_suite", expected=f"a suite that judges {product}", got="none in expectations/")
            verdicts |= dict.fromkeys(numbers, ((), refusal))
            continue
        own = [readings[number][1:] for number in numbers]
        tables = [Table(reading.table, where, asdict(reading.release)) for reading, where in own]
        for number, results in zip(numbers, check_all(product, tables), strict=True):
            checks = tuple(result.as_dict() for result in (*results, *sums[number]))
            broken = [result.sentence() for result in results if not result.success and result.severity == "fail"]
            refusal = Refusal("gate_failed", expected="all expectations met", got="; ".join(broken[:3]), hint=CHANGED)
            wrong = next((identities.contradiction(row) for one in sums[number] for row in one.failing_rows), None)
            failed = None if passed([*results, *sums[number]]) else refusal
            verdicts[number] = (checks, wrong.refusal if wrong else failed)
    return [verdicts[number] for number in range(len(readings))]


def _sums(readings: Sequence[tuple[str, Reading, str]]) -> list[list[CheckResult]]:
    """The results on the sums that the releases print; none for those that print none."""
    from expectations.gate import Table, check_all

    printed = [number for number, (_, reading, _) in enumerate(readings) if not reading.identities.is_empty()]
    tables = [Table(readings[number][1].identities, readings[number][2]) for number in printed]
    found = dict(zip(printed, check_all("identities", tables) if tables else [], strict=True))
    return [found.get(number, []) for number in range(len(readings))]


def judged(reads: Iterable[Read], meanwhile: Callable[[Sequence[Read]], None] = lambda _: None) -> Iterator[Read]:
    """Gate 1 on what was read, in the same order. All releases of a product that came together are one batch.

    `meanwhile` is called with each batch when its releases were handed over to be judged.
    """
    for batch in _batches(reads):
        judged = list(batch)
        numbers = [number for number, read in enumerate(batch) if read.reading]
        readings = [(r.snapshot.product, _looked_at(r.reading), r.snapshot.path.name) for r in batch if r.reading]
        verdicts = second.beside(_gate, readings)
        meanwhile(batch)
        for number, (checks, refusal) in zip(numbers, verdicts.result(), strict=True):
            read = judged[number]
            passing = None if refusal or not read.reading else replace(read.reading, identities=identities.none())
            judged[number] = replace(read, reading=passing, refusal=refusal, checks=checks)
        yield from judged


def judge_candidate(path: Path, last: Path | None, run_id: str) -> tuple[list[CheckResult], list[dict[str, Any]]]:
    """Gate 2 on the candidate at `path`, by itself and against the `last` publication: the results, and the figures
    that are beyond their bounds. What was counted is kept beside the candidate, for the next one."""
    from expectations.gate import check
    from expectations.losses import LOSSES, beyond
    from expectations.measures import measure
    from expectations.questions import answered

    with duckdb.connect(str(path), read_only=True) as new:
        old = duckdb.connect(str(last), read_only=True) if last else None
        for con in (new, old) if old else (new,):
            con.execute(QUIET)
        try:
            measured = measure(new, old, _counted(path.parent, new, old) if old else None)
            changed = measured.filter(pl.col("check").is_in(list(LOSSES)) & (pl.col("failing") > 0))
            figures = beyond(new, old).to_dicts() if old and not changed.is_empty() else []
        finally:
            if old:
                old.close()
    write_atomic(path.parent / f"{COUNTED}{run_id}.arrow", measured.write_ipc(None).getvalue())
    return answered(check("candidate", measured, where=run_id), measured), figures


def _counted(folder: Path, new: duckdb.DuckDBPyConnection, old: duckdb.DuckDBPyConnection) -> pl.DataFrame | None:
    """What the questions of this code gave for the publication; what they gave for any other is forgotten."""
    facts = "SELECT run_id, code FROM publication"
    try:
        (run_id, code), (_, ours) = old.execute(facts).fetchall()[0], new.execute(facts).fetchall()[0]
    except duckdb.Error:  # of a version that did not say which code built it
        return None
    kept = folder / f"{COUNTED}{run_id}.arrow"
    for file in folder.glob(f"{COUNTED}*"):
        if file != kept:
            file.unlink()
    try:
        return pl.read_ipc(kept.read_bytes()) if code == ours else None
    except (OSError, pl.exceptions.PolarsError):  # none, or torn by a power cut
        return None


def judge_shipped(shipped: History) -> list[CheckResult]:
    """Gate 2 on the figures that ship with Portvault."""
    from expectations.shipped import check_shipped

    return check_shipped(shipped)


def _looked_at(reading: Reading) -> Reading:
    """The part of a reading that the gate looks at: what it is made of may be long, and need not go anywhere."""
    return replace(reading, observations=reading.observations.clear(), records={}, spooled={})


def _batches(reads: Iterable[Read]) -> Iterator[list[Read]]:
    """What was read in lists of at most JUDGED_TOGETHER releases and, but for one release alone, TERMS of sums."""
    batch: list[Read] = []
    terms = 0
    for read in reads:
        own = read.reading.identities.height if read.reading else 0
        if batch and (len(batch) == JUDGED_TOGETHER or terms + own > TERMS):
            yield batch
            batch, terms = [], 0
        batch.append(read)
        terms += own
    if batch:
        yield batch
