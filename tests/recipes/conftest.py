"""Throw-away environments with other people's drivers, and a small publication for them to open."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.expectations.small import printed, warehouse
from warehouse.export import write_parquet
from warehouse.sdmx import write_sdmx

Environment = Callable[..., Path]
AS_IT_IS = ("--config-settings-package", "pyspark:--build-option=--compression=stored")
"""Spark ships no wheel: to compress its 400 MB for one installation takes 15 seconds of processor."""


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """`environment("duckdb==1.1.3", ...)` installs packages into an environment of their own; gives its bin folder."""
    made: dict[tuple[str, ...], Path] = {}

    def make(*packages: str) -> Path:
        if packages not in made:
            folder = tmp_path_factory.mktemp("environment")
            uv = [sys.executable, "-m", "uv"]
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            subprocess.run([*uv, "venv", "-q", "--python", version, str(folder / "venv")], check=True)
            python = str(folder / "venv" / "bin" / "python")
            subprocess.run([*uv, "pip", "install", "-q", *AS_IT_IS, "--python", python, *packages], check=True)
            made[packages] = folder / "venv" / "bin"
        return made[packages]

    yield make
    for bin in made.values():
        shutil.rmtree(bin.parent)  # ClickHouse and Spark alone are more than a gigabyte


@pytest.fixture(autouse=True)
def java(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Java machine that lives for seconds is sooner done without its best compiler and its collectors in parallel."""
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as recipes expect it: data/warehouse.duckdb with the first print of December 2025, and its exports."""
    folder = tmp_path_factory.mktemp("home")
    data = folder / "data"
    data.mkdir()
    with warehouse(data / "warehouse.duckdb", printed()) as con:
        write_parquet(con, data / "parquet")
        write_sdmx(con, data / "sdmx")
    (data / "warehouse.duckdb").chmod(0o444)
    return folder
