"""Data docs: what was expected of each product, why, what came, and the rows that failed, as one HTML file.

Great Expectations builds its own data-docs site offline in half a second, but every page of it loads style sheets
and scripts from seven content networks and a logo with a time stamp from the vendor's store: unreadable without a
network, and a call home with one. So the same facts are written here, self-contained, light and dark, for wide screens
and phones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from expectations.gate import CheckResult
from warehouse.pages import STYLE, rows_table

ORDER = ("failed", "warning", "passed")
CLASSES = {"failed": "bad", "warning": "mild", "passed": "good"}
_STYLE = """
section{border-top:1px solid var(--line)}summary h2{display:inline;margin:0;font-size:1.1rem}
.checks{table-layout:fixed}.checks col:first-child{width:6rem}.checks .rows>td{padding:0 0 .8rem 6rem}
.find{display:flex;flex-wrap:wrap;gap:.5rem 1.2rem;align-items:center;padding:.6rem 0}
.find{position:sticky;top:0;background:var(--paper)}select{font:inherit;max-width:100%;padding:.3rem}
select{background:var(--soft);color:var(--ink);border:1px solid var(--muted);border-radius:.3rem}
@media screen and (max-width:44rem){.checks .rows>td{padding:0 0 0 .8rem}}
@media print{.find{display:none}}
"""
_SCRIPT = """
const find=document.querySelector(".find"),[product,result]=find.querySelectorAll("select");
const all=[...document.querySelectorAll("section")];
function show(){
 let seen=0;
 for(const one of all){
  let hits=0;
  for(const line of one.querySelectorAll("[data-result]")){
   line.hidden=!!result.value&&line.dataset.result!==result.value;
   hits+=!line.hidden;
  }
  one.hidden=!hits||!!product.value&&one.id!==product.value;
  seen+=one.hidden?0:hits;
  for(const fold of one.querySelectorAll("details"))
   fold.open=fold.matches(".met")?result.value==="passed"||one.dataset.state==="passed"
    :fold.matches(".suite")&&(!!product.value||!!result.value||one.dataset.state!=="passed");
 }
 find.querySelector("output").textContent=`${seen} lines`;
}
const asked=new URLSearchParams(location.search);
product.value=asked.get("product")||"";result.value=asked.get("result")||"";
find.hidden=false;find.addEventListener("change",show);show();
"""


def write_docs(folder: Path, results: Iterable[CheckResult]) -> Path:
    """Write `folder`/index.html from check results, failures first and open; returns its path.

    The suites are linked where they lie beside it, in `folder`/../suites.
    """
    ordered = sorted(results, key=lambda result: result.suite)
    suites = [list(group) for _, group in groupby(ordered, key=lambda result: result.suite)]
    suites.sort(key=lambda group: (ORDER.index(_state(group)), group[0].suite))
    failed, warned = (sum(_word(result) == word for result in ordered) for word in ("failed", "warning"))
    lead = f"{len(ordered):,} checks by {len(suites):,} suites: {failed:,} failed, {warned:,} warnings."
    files = {path.stem.rpartition(".")[2]: path.name for path in sorted((folder.parent / "suites").glob("*.json"))}
    body = "\n".join(_section(group, files.get(group[0].suite, "")) for group in suites)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Portvault: data docs</title>'
        f"<style>{STYLE}{_STYLE}</style></head><body><header><h1>Data docs</h1><p>{lead} A table that fails is not "
        'loaded; a warning is. <a href="../index.html">Catalogue of the tables</a></p></header><main>\n'
        f"{_filter(suites)}{body or '<p>Nothing was checked in this run.</p>'}\n</main>"
        f"<script>{_SCRIPT}</script></body></html>\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    path.write_text(page, "utf-8")
    return path


def _filter(suites: Sequence[Sequence[CheckResult]]) -> str:
    products = "".join(
        f"<option>{escape(group[0].suite)}</option>" for group in sorted(suites, key=lambda g: g[0].suite)
    )
    words = "".join(f"<option>{word}</option>" for word in ORDER)
    return (
        f'<form class="find" hidden><label>Product <select><option value="">all</option>{products}</select></label>'
        f'<label>Result <select><option value="">all</option>{words}</select></label><output></output></form>\n'
    )


def _word(result: CheckResult) -> str:
    if result.success:
        return "passed"
    return "failed" if result.severity == "fail" else "warning"


def _state(group: Sequence[CheckResult]) -> str:
    words = {_word(result) for result in group}
    return next(word for word in ORDER if word in words)


def _section(group: list[CheckResult], file: str) -> str:
    """A suite: what a table did not meet in a line of its own; what was met in one line for all tables, folded."""
    suite, state = escape(group[0].suite), _state(group)
    tables = list(dict.fromkeys(result.where for result in group))
    unmet = sorted((result for result in group if not result.success), key=lambda result: ORDER.index(_word(result)))
    met = sorted((result for result in group if result.success), key=_expectation)
    shown = _table([_line(result, [result.where], tables) for result in unmet])
    if alike := [list(same) for _, same in groupby(met, key=_expectation)]:
        lines = [_line(same[0], [result.where for result in same], tables) for same in alike]
        shown += (
            f'<details class="met"{" open" if state == "passed" else ""}><summary>{len(lines)} met</summary>'
            f"{_table(lines)}</details>"
        )
    link = f' <a href="../suites/{escape(file)}">Suite as JSON of Great Expectations</a>' if file else ""
    where = f"Checked: <code>{escape(tables[0])}</code>." if len(tables) == 1 else _list_of(tables)
    return (
        f'<section id="{suite}" data-state="{state}"><details class="suite"{"" if state == "passed" else " open"}>'
        f'<summary><h2>{suite}</h2> <b class="{CLASSES[state]}">{state}</b> '
        f"<small>{len(met)} of {len(group)} met</small></summary>{where}{link}{shown}</details></section>"
    )


def _table(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    head = "".join(f'<th scope="col">{name}' for name in ("Result", "Expected", "Came", "Why"))
    columns = "<colgroup><col><col><col><col></colgroup>"
    return f'<table class="stack checks">{columns}<thead><tr>{head}</thead>{"".join(lines)}</table>'


def _list_of(tables: Sequence[str]) -> str:
    names = "".join(f"<li><code>{escape(name)}</code>" for name in tables)
    return f"<details><summary>{len(tables)} tables checked</summary><ul>{names}</ul></details>"


def _expectation(result: CheckResult) -> tuple[str, str, str]:
    return result.column, result.expectation, result.expected


def _line(result: CheckResult, of: Sequence[str], tables: Sequence[str]) -> str:
    word = _word(result)
    if len(of) > 1:
        came = f"met by {'all ' if len(of) == len(tables) else ''}{len(of)} tables"
    else:
        came = f"{result.where}: {result.observed}" if len(tables) > 1 else result.observed
    rows = ""
    if result.failing_rows:
        rows = f'<tr class="rows"><td colspan="4">{rows_table(result.failing_rows, "Rows that failed")}'
    return (
        f'<tbody data-result="{word}"><tr><td><b class="{CLASSES[word]}">{word}</b></td>'
        f'<td data-k="Expected"><code>{escape(result.column)}</code>: {escape(result.expected)}</td>'
        f'<td data-k="Came">{escape(came)}</td><td data-k="Why">{escape(result.why)}</td></tr>{rows}</tbody>'
    )
