"""Data docs: what was expected of each release, what came, and the rows that failed, as one HTML file.

Great Expectations builds its own data-docs site offline in half a second, but every page of it loads style sheets
and scripts from seven content networks and a logo with a time stamp from the vendor's store: unreadable without a
network, and a call home with one. So the same facts are written here, self-contained, light and dark.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from expectations.gate import CheckResult

_STYLE = """
:root{color-scheme:light dark;--line:#8884;--good:#1a7f37;--bad:#cf222e;--mild:#9a6700;--soft:#8882}
@media(prefers-color-scheme:dark){:root{--good:#3fb950;--bad:#ff7b72;--mild:#d29922}}
*{box-sizing:border-box}body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem}
h1{font-size:1.5rem;margin:.5rem 0}summary{cursor:pointer;padding:.4rem 0}h2{display:inline;font-size:1.05rem}
section{border-top:1px solid var(--line)}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.3rem 0 1rem;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
td:first-child{white-space:nowrap;font-weight:600}.passed{color:var(--good)}.failed{color:var(--bad)}
.warning{color:var(--mild)}pre{background:var(--soft);padding:.5rem;overflow:auto;white-space:pre-wrap;margin:.3rem 0}
code{overflow-wrap:anywhere}
"""


def write_docs(folder: Path, results: Iterable[CheckResult]) -> Path:
    """Write `folder`/index.html from check results, failures first and open; returns its path."""
    ordered = sorted(results, key=lambda r: (r.suite, r.where))
    groups = [list(group) for _, group in groupby(ordered, key=lambda r: (r.suite, r.where))]
    groups.sort(key=lambda group: (_state(group) == "passed", _state(group) == "warning", group[0].suite))
    total, failed = len(ordered), sum(_word(r) == "failed" for r in ordered)
    warned = sum(_word(r) == "warning" for r in ordered)
    lead = f"{total:,} checks of {len(groups):,} tables: {failed:,} failed, {warned:,} warnings."
    body = "\n".join(_section(group) for group in groups) or "<p>Nothing was checked in this run.</p>"
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Portvault data docs</title>'
        f"<style>{_STYLE}</style><h1>Data docs</h1><p>{lead} A table that fails is not loaded; a warning is.</p>\n"
        f"{body}\n</html>\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    path.write_text(page, "utf-8")
    return path


def _word(result: CheckResult) -> str:
    if result.success:
        return "passed"
    return "failed" if result.severity == "fail" else "warning"


def _state(group: list[CheckResult]) -> str:
    words = {_word(result) for result in group}
    return next(word for word in ("failed", "warning", "passed") if word in words)


def _section(group: list[CheckResult]) -> str:
    state = _state(group)
    good = sum(result.success for result in group)
    rows = "".join(_row(result) for result in sorted(group, key=lambda r: r.success))
    return (
        f"<section><details{'' if state == 'passed' else ' open'}><summary><h2>{html.escape(group[0].suite)}</h2> "
        f'<code>{html.escape(group[0].where)}</code> <b class="{state}">{state}</b> {good} of {len(group)}</summary>'
        '<div class="scroll"><table><thead><tr><th>Result<th>Column<th>Expected<th>Came<th>Why</thead>'
        f"<tbody>{rows}</table></div></details></section>"
    )


def _row(result: CheckResult) -> str:
    failing = ""
    if result.failing_rows:
        lines = "\n".join(json.dumps(row, ensure_ascii=False, default=str) for row in result.failing_rows)
        failing = f"<details open><summary>rows</summary><pre>{html.escape(lines)}</pre></details>"
    cells = (result.column, result.expected, result.observed)
    return (
        f'<tr><td class="{_word(result)}">{_word(result)}'
        + "".join(f"<td>{html.escape(cell)}" for cell in cells)
        + f"{failing}<td>{html.escape(result.why)}"
    )
