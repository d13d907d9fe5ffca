"""Where unread snapshots are read: here, on all cores of this machine, or on a Dask cluster. The results are the same.

Whoever reads needs this code, the archive and nothing else; caching, quarantine and everything after stay with the run.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from flows.archive import Snapshot
from flows.run.code_version import READING, code_hash
from flows.run.reading import Read, Spread, read_snapshot
from flows.settings import Settings
from warehouse.files import place

WORTH_A_PROCESS = 100
"""Snapshots for each further process: it imports the readers for seconds, a snapshot is read in hundredths."""
BATCH = 5
"""Snapshots of one Dask task: enough to make up for the way there, few enough to share a month's releases out."""


class OtherCode(RuntimeError):
    """A worker of the cluster runs another version of the readers."""


def chosen(settings: Settings) -> Spread:
    return (lambda snapshots: on_dask(snapshots, settings.dask_address)) if settings.task_runner == "dask" else on_cores


def on_cores(snapshots: Sequence[Snapshot], cores: int | None = None) -> Iterable[Read]:
    """Few snapshots are read here, many in as many processes as there are cores."""
    processes = min(cores or os.cpu_count() or 1, 1 + len(snapshots) // WORTH_A_PROCESS)
    if processes == 1:
        yield from map(read_snapshot, snapshots)
        return
    spawn = multiprocessing.get_context("spawn")  # polars and Prefect have threads, which do not survive a fork
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        yield from pool.map(read_snapshot, snapshots, chunksize=BATCH)


def on_dask(snapshots: Sequence[Snapshot], address: str = "") -> Iterator[Read]:
    """Read on the cluster at `address`, or on a temporary one of this machine. Raises OtherCode, see read_batch."""
    if not snapshots:
        return
    from prefect import task
    from prefect_dask import DaskTaskRunner

    batches = [snapshots[start : start + BATCH] for start in range(0, len(snapshots), BATCH)]
    work = task(name="read snapshots")(read_batch)
    with DaskTaskRunner(address=address or None) as cluster:
        futures = []
        for batch in batches:
            places = [(str(snapshot.path), dict(snapshot.sidecar)) for snapshot in batch]
            futures.append(cluster.submit(work, {"places": places, "code": code_hash(READING)}))
        for future in futures:
            yield from future.result()


def read_batch(places: Sequence[tuple[str, Mapping[str, Any]]], code: str) -> list[Read]:
    """Read snapshots given as (address, sidecar). Raises OtherCode where the readers are not those of `code`."""
    if code_hash(READING) != code:
        raise OtherCode("a Dask worker has other readers than the run: install the same version of Portvault there")
    return [read_snapshot(Snapshot(place(address), sidecar)) for address, sidecar in places]
