"""How the steps of a run are carried out: here, in this process, or by another one such as Prefect (flows/pipeline.py).

The steps and their results are the same; only what runs them, and what shows them, differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from flows.archive import Snapshot
from flows.run.read import Read
from flows.run.reading import read_snapshot
from flows.sources import SourceReport

T = TypeVar("T")


class Carrier(Protocol):
    """Carries out the steps of one run."""

    def visits(self, names: Sequence[str], visit: Callable[[str], SourceReport]) -> list[SourceReport]:
        """`visit` of every source of `names`, at the same time; the reports in the order of the names."""

    def read(self, snapshots: Sequence[Snapshot]) -> Iterable[Read]:
        """What each snapshot says, in the order given."""

    def step(self, name: str, work: Callable[[], T]) -> T:
        """The result of `work`, shown under `name`."""


class Here:
    """In this process."""

    def visits(self, names: Sequence[str], visit: Callable[[str], SourceReport]) -> list[SourceReport]:
        with ThreadPoolExecutor(max_workers=len(names) or 1) as pool:
            return list(pool.map(visit, names))

    def read(self, snapshots: Sequence[Snapshot]) -> Iterable[Read]:
        return map(read_snapshot, snapshots)

    def step(self, name: str, work: Callable[[], T]) -> T:
        return work()
