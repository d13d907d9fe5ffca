"""A bulletin as a self-contained page, as Markdown and as JSON. Every number leads to its release."""

from __future__ import annotations

import html as escape_module
import json
import re
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from warehouse.bulletin import wording
from warehouse.bulletin.facts import BREAK, INFERRED, Fact
from warehouse.bulletin.model import Bulletin, Chart, Part, Table, age, plain

FOLDER = Path(__file__).parent
PUBLISHERS = 3
SHORT = 24
"""Numbers of so many characters are not broken within a table; longer texts, such as titles of events, are."""
DATE = re.compile(r"\d{4}(-\d\d){1,2}")


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                       lstrip_blocks=True)  # fmt: skip


def html(bulletin: Bulletin) -> str:
    """One file without outside requests: style and charts inline, light, dark and print, readable aloud."""

    def part(item: Part, *, quiet: bool = False) -> Markup:
        if isinstance(item, str):
            text = Markup(escape_module.escape(item))
            return Markup(f'<span class="date">{text}</span>') if DATE.fullmatch(item) else text
        return Markup(_number(item, bulletin.number_of(item), quiet=quiet))

    template = _templates().get_template("page.html.j2")
    return template.render(
        bulletin=bulletin,
        css=Markup((FOLDER / "page.css").read_text("utf-8")),
        part=part,
        sentence=lambda parts: Markup("").join(part(item) for item in parts),
        svg=Markup,
        source=lambda chart: source_line(bulletin, chart),
        month=wording.month,
        day=wording.day_of,
    )


def source_line(bulletin: Bulletin, chart: Chart) -> str:
    """Who published the numbers of a chart, and how old the newest is where that is long ago."""
    numbers = dict.fromkeys(bulletin.number_of(one) for one in chart.facts())
    names = dict.fromkeys(str(bulletin.sources[n - 1].get("publisher") or "") for n in numbers if n)
    shown = [name for name in names if name]
    told = (
        f"Source: {'; '.join(shown[:PUBLISHERS])}{' and others' if len(shown) > PUBLISHERS else ''}." if shown else ""
    )
    old = age(tuple(chart.facts()), bulletin.as_of)
    return f"{told} The newest figure is {old}." if old else told


def _number(fact: Fact, source: int | None, *, quiet: bool) -> str:
    """A number with the link to its release and a mark where its vintage needs one, unless its column says it."""
    title = f"{fact.period}; known from {fact.vintage_date}" if fact.vintage_date else fact.period
    title += "".join(f"; {remark}" for remark in (fact.remark, BREAK if fact.broken else "") if remark)
    text = escape_module.escape(fact.text)
    mark = f'<span class="later">{escape_module.escape(fact.remark)}</span>' if fact.later and not quiet else ""
    dagger = f'<abbr title="{INFERRED}">†</abbr>' if fact.remark == INFERRED else ""
    dagger += f'<abbr title="{BREAK}">‡</abbr>' if fact.broken else ""
    kind = "number short" if len(fact.text) <= SHORT else "number"
    where = f'a class="{kind}" href="#source-{source}"' if source else f'span class="{kind}"'
    above = f'<sup aria-hidden="true">{source or ""}{dagger}</sup>' if source or dagger else ""
    return f'<{where} title="{escape_module.escape(title)}">{text}</{where.split()[0]}>{above}{mark}'


def markdown(bulletin: Bulletin) -> str:
    """The same words and tables; numbers carry the number of their source in brackets."""

    def cell(item: Part, *, quiet: bool = False) -> str:
        if isinstance(item, str):
            return item.replace("|", "\\|")
        source = bulletin.number_of(item)
        dagger = ("†" if item.remark == INFERRED else "") + ("‡" if item.broken else "")
        marks = [f"{source or ''}{dagger}"] if source or dagger else []
        marks += [item.remark] if item.later and not quiet else []
        return item.text + (f" [{'; '.join(marks)}]" if marks else "")

    def table(shown: Table) -> list[str]:
        remarks = shown.remarks()
        heads = [f"{head} ({remark})" if remark else head for head, remark in zip(shown.columns, remarks, strict=True)]
        lines = [f"**{shown.caption}**", "", "| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
        for row in shown.rows:
            cells = [cell(item, quiet=bool(remark)) for item, remark in zip(row, remarks, strict=True)]
            lines.append("| " + " | ".join(cells) + " |")
        return [*lines, "", shown.note, ""] if shown.note else [*lines, ""]

    key = (
        "Numbers in brackets name the source; † marks a day of publication inferred by a rule, ‡ a value that compares "
        "amounts across a break of its definition."
    )
    newest = f"Newest month of China's trade: {wording.month(bulletin.period)}. " if bulletin.period else ""
    out = [f"# {bulletin.title}", "", newest + key, ""]
    for card in bulletin.cards:
        extra = "".join(cell(p) for p in card.change)
        mark = "".join(cell(p) for p in card.mark)
        out.append(
            f"- {card.label}: **{cell(card.fact)}**"
            + (f" ({card.age})" if card.age else "")
            + (f", {extra}" if extra else "")
            + (f" — {mark}" if mark else "")
        )
    for block in bulletin.blocks:
        out += ["", f"### {block.title}", "", *("- " + "".join(cell(p) for p in line) for line in block.lines)]
    for section in bulletin.sections:
        out += ["", f"## {section.title}", ""]
        out += [line for s in section.sentences for line in ("".join(cell(p) for p in s), "")]
        out += [line for note in section.notes for line in (note, "")]
        for chart in section.charts:
            out += [f"{chart.title}. {chart.alt}", "", *table(chart.table)]
        for shown in section.tables:
            out += table(shown) if shown.rows else []
    out += ["", "## Sources", ""]
    out += [f"{i}. {_source_line(s)}" for i, s in enumerate(bulletin.sources, 1)]
    return "\n".join(out) + "\n"


def _source_line(source: dict[str, Any]) -> str:
    parts = [source.get("title") or source["release_id"], source.get("publisher"), source.get("url"),
             f"first seen {source['first_seen']}" if source.get("first_seen") else source.get("vintage_rule"),
             f"SHA-256 {source['sha256']}"]  # fmt: skip
    quotes = [f"“{quote['sentence']}” ({quote['place']})" for quote in source["quotes"]]
    return "; ".join(str(part) for part in [*parts, *quotes] if part)


def json_text(bulletin: Bulletin) -> str:
    """Facts with value, unit, period, series, release and vintage; sentences as text; no drawings."""

    def part(item: Part) -> Any:
        return item if isinstance(item, str) else asdict(item) | {"source": bulletin.number_of(item)}

    def table(shown: Table) -> dict[str, Any]:
        rows = [[part(item) for item in row] for row in shown.rows]
        return {"caption": shown.caption, "columns": shown.columns, "rows": rows, "note": shown.note}

    content = {
        "title": bulletin.title,
        "as_of": bulletin.as_of,
        "period": bulletin.period,
        "publication": bulletin.publication,
        "headlines": [
            {
                "label": c.label,
                "fact": part(c.fact),
                "change": plain(c.change),
                "mark": plain(c.mark),
                "age": c.age,
                "facts": [part(p) for p in (*c.change, *c.mark) if not isinstance(p, str)],
            }
            for c in bulletin.cards
        ],
        "month": [
            {
                "name": block.name,
                "title": block.title,
                "lines": [
                    {"text": plain(x), "facts": [part(p) for p in x if not isinstance(p, str)]} for x in block.lines
                ],
            }
            for block in bulletin.blocks
        ],
        "sections": [
            {
                "name": s.name,
                "title": s.title,
                "sentences": [
                    {"text": plain(x), "facts": [part(p) for p in x if not isinstance(p, str)]} for x in s.sentences
                ],
                "notes": s.notes,
                "charts": [{"title": c.title, "alt": c.alt, "table": table(c.table)} for c in s.charts],
                "tables": [table(t) for t in s.tables],
            }
            for s in bulletin.sections
        ],
        "sources": bulletin.sources,
    }
    return json.dumps(content, default=str, ensure_ascii=False, indent=1)
