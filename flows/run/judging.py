"""Gate 1: what of the readings a suite lets pass. All new readings of a product are one batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from flows.run.read import Read
from transforms import identities
from transforms.model import Reading, Refusal

if TYPE_CHECKING:
    from expectations.gate import CheckResult

JUDGED_TOGETHER = 500
"""Releases that pass gate 1 together: few enough to lose little when a run is killed, enough to share its overhead."""

TERMS = 500_000
"""Terms of sums that are judged together: two or three books by area, some 60 MB of them."""

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


def judged(reads: Iterable[Read]) -> Iterator[Read]:
    """Gate 1 on what was read, in the same order. All releases of a product that came together are one batch."""
    for batch in _batches(reads):
        judged = list(batch)
        numbers = [number for number, read in enumerate(batch) if read.reading]
        readings = [(r.snapshot.product, r.reading, r.snapshot.path.name) for r in batch if r.reading]
        for number, (checks, refusal) in zip(numbers, _gate(readings), strict=True):
            read = judged[number]
            passing = None if refusal or not read.reading else replace(read.reading, identities=identities.none())
            judged[number] = replace(read, reading=passing, refusal=refusal, checks=checks)
        yield from judged


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
