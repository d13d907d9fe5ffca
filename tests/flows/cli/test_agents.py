"""`portvault mcp` with a real client over stdio and HTTP: every answer has its sources, nothing can be changed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from tests.conftest import Portvault, free_port

PORTVAULT = str(Path(sys.executable).parent / "portvault")
IMPORTS = "trade_total:CHN.WORLD.import.TOTAL.value.month._.USD.USD.M.N"
TOOLS = {"search_series", "as_of", "revision_history", "vintage_dates", "freshness", "next_releases", "run_select"}


def ask(server: Any, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """Names of the tools, then the structured answer of each call; an error as its text."""

    async def talk() -> list[Any]:
        async with Client(server) as client:
            listed = await client.list_tools()
            answers: list[Any] = [{tool.name: tool for tool in listed.tools}]
            for name, arguments in calls:
                done = await client.call_tool(name, arguments)
                answers.append(done.content[0].text if done.is_error else done.structured_content)
            return answers

    return asyncio.run(talk())


@pytest.fixture(scope="module")
def stdio(built_home: Path) -> StdioServerParameters:
    return StdioServerParameters(command=PORTVAULT, args=["mcp"], env=os.environ | {"PORTVAULT_HOME": str(built_home)})


@pytest.fixture(scope="module")
def http(built_home: Path) -> Iterator[str]:
    port = free_port()
    environment = os.environ | {"PORTVAULT_HOME": str(built_home)}
    server = subprocess.Popen([PORTVAULT, "mcp", "--http", str(port)], env=environment, stderr=subprocess.DEVNULL)
    try:
        until_up(server, port)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        server.terminate()
        server.wait(30)


def until_up(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server takes connections: a process of its own, which imports for seconds."""
    deadline = time.monotonic() + 120
    while True:
        assert server.poll() is None and time.monotonic() < deadline, "the server did not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)


def test_an_agent_finds_a_series_and_its_history(stdio: StdioServerParameters) -> None:
    tools, found, known, history, days = ask(
        stdio,
        ("search_series", {"words": "steel export quantity"}),
        (
            "as_of",
            {"series_id": IMPORTS, "day": "2026-07-07", "first_period": "2025-12-31", "last_period": "2025-12-31"},
        ),
        ("revision_history", {"series_id": IMPORTS, "first_period": "2025-12-31", "last_period": "2025-12-31"}),
        ("vintage_dates", {"series_id": IMPORTS}),
    )
    assert set(tools) == TOOLS and all(tool.annotations.read_only_hint for tool in tools.values())
    assert found["rows"] and all("STEEL" in row["series_id"] for row in found["rows"])
    assert found["rows"][0]["release_id"] in {source["release_id"] for source in found["sources"]}
    [row] = known["rows"]
    assert row["value"] == 244.9e9 and row["vintage_date"] == "2026-07-07"
    [source] = known["sources"]
    assert source["release_id"] == row["release_id"] and source["address"] and len(source["hash"]) == 64
    assert [r["value"] for r in history["rows"]][-1] == 245.3e9 and history["publication"]["content_digest"]
    assert days["rows"][0].keys() >= {"vintage_date", "added", "revised"}


def test_words_of_three_languages_find_series(http: str) -> None:
    _, english, chinese, russian = ask(
        http, *(("search_series", {"words": words, "limit": 5}) for words in ("steel", "钢材", "Задолженность"))
    )
    assert english["rows"] and chinese["rows"] and russian["rows"]


def test_nothing_can_be_written_or_reached(http: str) -> None:
    queries = (
        "DROP TABLE series",
        "COPY series TO '/tmp/x.csv'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT 1; SELECT 2",
    )
    _, *answers = ask(http, *(("run_select", {"query": query}) for query in queries),
                      ("as_of", {"series_id": "x", "day": "2025-12-08"}),
                      ("as_of", {"series_id": IMPORTS, "day": "8 December"}))  # fmt: skip
    assert all(isinstance(answer, str) for answer in answers)
    assert "there is no series x" in answers[-2] and "a day is written" in answers[-1]


def test_over_http_on_this_machine(http: str) -> None:
    tools, late, coming, rows = ask(
        http,
        ("freshness", {"product": "gacc.total"}),
        ("next_releases", {"limit": 3}),
        ("run_select", {"query": "SELECT count(*) AS n FROM series"}),
    )
    assert set(tools) == TOOLS
    assert {row["product"] for row in late["rows"]} >= {"gacc.total_preliminary"}
    assert len(coming["rows"]) == 3 and rows["rows"][0]["n"] > 10_000
    for answer in (late, coming):
        told = {source["release_id"]: source for source in answer["sources"]}
        assert told and all(source["address"] and len(source["hash"]) == 64 for source in told.values())
        assert {row["release_id"] for row in answer["rows"] if row["release_id"]} == set(told)
    assert "release_id" in rows["notice"] and rows["publication"]["content_digest"]


@pytest.mark.slow
def test_without_a_publication_it_says_what_to_do(portvault: Portvault, tmp_path: Path) -> None:
    done = portvault("mcp", home=tmp_path)
    said = " ".join(done.stderr.split())  # wrapped where the path of the home ends
    assert done.returncode == 2 and "run `portvault run` first" in said
