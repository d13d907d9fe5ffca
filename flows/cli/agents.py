"""`portvault mcp`: the publication for agents, over the Model Context Protocol, on stdio or HTTP. Read-only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from warehouse.agents import Answer, Warehouse

INSTRUCTIONS = """Chinese customs and Russian banking figures with the day each became public. Find series with
search_series, read them with as_of (what was known on a day) or revision_history; run_select takes one DuckDB SELECT
(data_dictionary explains every table and column). Every answer names publication, releases, addresses and hashes: quote
them. Figures of different definitions (see table definition) must not be compared or added."""
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def server(path: Path) -> MCPServer:
    """The server of the publication at `path`; each tool is a question of warehouse.agents."""
    warehouse = Warehouse(path)
    made: MCPServer = MCPServer(
        "portvault", instructions=INSTRUCTIONS, version=version("portvault"), log_level="WARNING"
    )
    questions = (
        warehouse.search_series,
        warehouse.as_of,
        warehouse.revision_history,
        warehouse.vintage_dates,
        warehouse.freshness,
        warehouse.next_releases,
        warehouse.run_select,
    )
    for question in questions:
        made.add_tool(told(question), annotations=READS)
    return made


def told(question: Callable[..., Answer]) -> Callable[..., Answer]:
    """The question, with what is wrong with its arguments told to the agent rather than logged as a crash."""

    @wraps(question)
    def asked(*arguments: Any, **named: Any) -> Answer:
        try:
            return question(*arguments, **named)
        except (ValueError, duckdb.Error) as error:
            raise ToolError(str(error)) from None

    return asked


def serve(path: Path, port: int | None) -> None:
    """Answer until stopped: on standard input and output, or on loopback HTTP at /mcp if a port is given."""
    made = server(path)
    if port is None:
        made.run("stdio")
    else:
        made.run("streamable-http", host="127.0.0.1", port=port)
