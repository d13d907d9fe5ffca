"""Gate 1: what of the readings a suite lets pass. All new readings of a product are one batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.run.read import Read
from transforms.model import TERM, Reading, Refusal

if TYPE_CHECKING:
    from expectations.gate import CheckResult

JUDGED_TOGETHER = 500
"""Releases that pass gate 1 together: few enough to lose little when a run is killed, enough to share its overhead."""

TERMS = 500_000
"""Terms of sums that are judged together: two or three books by area, some 60 MB of them."""
NO_TERMS = pl.DataFrame(schema=dict(TERM))

Verdict = tuple[tuple[Mapping[str, Any], ...], Refusal | None]
"""The results of the expectations, and why the release is refused if it is."""


def gate(product: str, reading: Reading, where: str) -> Verdict:
    """What gate 1 says of one reading of a product; `where` names its file in the results."""
    return _gate(product, [(reading, where)])[0]


def _gate(product: str, readings: Sequence[tuple[Reading, str]]) -> list[Verdict]:
    """The same of many readings of one product, judged in one batch."""
    from expectations import identities
    from expectations.gate import Table, check_all, passed
    from expectations.suites import of

    if of(product) is None:
        refusal = Refusal("no_suite", expected=f"a suite that judges {product}", got="none in expectations/")
        return [((), refusal) for _ in readings]
    tables = [Table(reading.table, where, asdict(reading.release)) for reading, where in readings]
    verdicts: list[Verdict] = []
    for results, sums in zip(check_all(product, tables), _sums(readings), strict=True):
        checks = tuple(result.as_dict() for result in (*results, *sums))
        broken = [result.sentence() for result in results if not result.success and result.severity == "fail"]
        refusal = Refusal("gate_failed", expected="all expectations met", got="; ".join(broken[:3]))
        wrong = next((identities.refusal(row) for result in sums for row in result.failing_rows), None)
        verdicts.append((checks, wrong or (None if passed([*results, *sums]) else refusal)))
    return verdicts


def _sums(readings: Sequence[tuple[Reading, str]]) -> list[list[CheckResult]]:
    """The results on the sums that the releases print; none for those that print none."""
    from expectations.gate import Table, check_all

    printed = [number for number, (reading, _) in enumerate(readings) if not reading.identities.is_empty()]
    tables = [Table(readings[number][0].identities, readings[number][1]) for number in printed]
    found = dict(zip(printed, check_all("identities", tables) if tables else [], strict=True))
    return [found.get(number, []) for number in range(len(readings))]


def judged(reads: Iterable[Read]) -> Iterator[Read]:
    """Gate 1 on what was read, in the same order. All releases of a product that came together are one batch."""
    for batch in _batches(reads):
        judged = dict(enumerate(batch))
        products: dict[str, list[int]] = {}
        for number, read in judged.items():
            if read.reading:
                products.setdefault(read.snapshot.product, []).append(number)
        for product, numbers in products.items():
            readings = [(read.reading, read.snapshot.path.name) for n in numbers if (read := judged[n]).reading]
            for number, (checks, refusal) in zip(numbers, _gate(product, readings), strict=True):
                read = judged[number]
                passing = None if refusal or not read.reading else replace(read.reading, identities=NO_TERMS)
                judged[number] = replace(read, reading=passing, refusal=refusal, checks=checks)
        yield from judged.values()


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
