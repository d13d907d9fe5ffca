"""The report of a run for people: Markdown for terminals and Prefect, HTML for browsers. Says the same as the JSON."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from flows.run.report import KNOWN, Report
from warehouse.pages import STYLE, rows_table
from warehouse.query import figure

if TYPE_CHECKING:
    from jinja2 import Template

COLOURS = {
    **dict.fromkeys(("published", "unchanged", "reachable"), "good"),
    **dict.fromkeys(("partial", "held", "due", "late", "blocked", "keyed", "unreachable", "warn"), "mild"),
    **dict.fromkeys(("failed", "locked", "quarantined", "fail"), "bad"),
}


def markdown(report: Report, home: Path, base: str = "..") -> str:
    """What happened, what needs a decision, what changed; what is known of the shipped figures comes last."""
    lines = [f"# Run {report.run_id}: {report.outcome}", ""]
    if report.reason:
        lines += [_cell(report.reason), ""]
    for link in links(report, home, base):
        lines.append(
            f"- [{_cell(link['name'])}]({link['href']})"
            if link["href"]
            else f"- {_cell(link['name'])}: {_code(link['path'])}"
        )
    lines += [
        "",
        f"Added {sum(report.added.values()):,} values, revised {report.revised_count:,}, lost {report.lost_count:,}.",
    ]
    if report.quarantined:
        lines += ["", "## Quarantined", ""]
        lines += [f"- {_code(q.get('release_id', q.get('name')))}: {_cell(sentence(q))}" for q in report.quarantined]
    if report.set_aside:
        lines += ["", "## Rows set aside", ""]
        lines += [
            f"- {_code(row['release_id'])} {_cell(row['row'])}: {_cell(row['reason'])}" for row in report.set_aside
        ]
    unmet = report.unmet()
    known = unmet.pop(KNOWN, [])
    for heading, checks in unmet.items():
        lines += _checks(heading, checks)
    if report.sources:
        lines += ["", "| source | state | new | reason |", "|---|---|---|---|"]
        lines += [f"| {v.source} | {v.state} | {len(v.new)} | {_cell(v.reason)} |" for v in report.sources]
    if report.added:
        lines += ["", "| dataset | values added |", "|---|---|"]
        lines += [f"| {dataset} | {count:,} |" for dataset, count in report.added.items()]
    if report.beyond:
        lines += ["", f"## For you to decide: {report.beyond_count:,} figures beyond their bounds", ""]
        lines += ["| series | period | known on | unit | before | now | may change by | why |", "|---" * 8 + "|"]
        lines += [
            f"| {_cell(row['title'] or row['series_id'])} | {row['period_end'] or ''} | {row['vintage_date'] or ''} | "
            f"{_cell(row['unit'])} | {number(row['previous_value'])} | {number(row['value'])} | "
            f"{number(row['allowed'])} | {_cell(row['why'])} |"
            for row in report.beyond
        ]
    lines += _revisions("Largest revisions in percent", report.revised)
    lines += _revisions("Largest revisions in value, by unit", report.largest)
    if report.lost:
        lines += ["", "## Lost", "", "| series | period | known from | value | cause |", "|---" * 5 + "|"]
        lines += [
            f"| {_cell(gone['series_id'])} | {gone['period_end']} | {gone['vintage_date']} | {number(gone['value'])} | "
            f"{gone['cause']} |"
            for gone in report.lost
        ]
    if known:
        lines += _checks(KNOWN, known)
    if report.notes:
        lines += ["", "## Notes", "", *[f"- {_cell(note)}" for note in report.notes]]
    lines += ["", "Seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in report.stages.items()), ""]
    return "\n".join(lines)


def html(report: Report, home: Path, base: str = "..") -> str:
    """One self-contained page; every word from outside is escaped."""
    took = (report.finished_at - report.started_at).total_seconds() if report.finished_at else None
    return _template().render(
        report=report, took=took, links=links(report, home, base), known=KNOWN, style=Markup(STYLE)
    )


def links(report: Report, home: Path, base: str) -> list[dict[str, str]]:
    """Name, path and `href` of each output: below `base`, where `home` is to be found, or the address that it is.

    A browser opens no file of a disk from a page of a server: without a `base` there is no href, only the path.
    """
    found = []
    for name, path in report.outputs.items():
        href = path if "://" in path else ""
        if base and not href and Path(path).is_relative_to(home):
            href = f"{base.rstrip('/')}/{quote(Path(path).relative_to(home).as_posix())}"
        found.append({"name": name, "path": path, "href": href})
    return found


def sentence(refusal: dict[str, Any]) -> str:
    """A refusal in one line: code, where, expected, got, hint."""
    where = f" at {refusal['where']}" if refusal.get("where") else ""
    expected = f"expected {refusal['expected']}, " if refusal.get("expected") else ""
    hint = f". {refusal['hint']}" if refusal.get("hint") else ""
    return f"{refusal.get('code', 'refused')}{where}: {expected}got {refusal.get('got', '?')}{hint}"


def number(value: float | None) -> str:
    """A figure for people; a dash for none."""
    return "–" if value is None else figure(value)


def percent(value: float | None) -> str:
    """A change; a dash where the former value was nought."""
    return "–" if value is None else f"{value:+,.2f} %"


def _checks(heading: str, checks: list[dict[str, Any]]) -> list[str]:
    lines = [f"- {c['severity']} {c['suite']}.{c['column']}: {_cell(c['observed'])}" for c in checks]
    return ["", f"## {heading}", "", *lines]


def _revisions(heading: str, rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    columns = ("series", "period", "unit", "before", "now", "change", "%", "cause")
    lines = ["", f"## {heading}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return lines + [
        f"| {_cell(row['title'])} | {row['period_end']} | {_cell(row['unit'])} | {number(row['previous_value'])} | "
        f"{number(row['value'])} | {number(row['change'])} | {percent(row['change_percent'])} | {row['cause']} |"
        for row in rows
    ]


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # late: a poll that finds nothing needs no page

    folder = FileSystemLoader(Path(__file__).parent)
    pages = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.filters.update(
        number=number, percent=percent, sentence=sentence, moment=_moment, colour=lambda word: COLOURS.get(word, "")
    )
    pages.filters.update(rows_table=lambda rows, label: Markup(rows_table(rows, label)), counted=_counted)
    return pages.get_template("report.html.j2")


def _counted(found: list[dict[str, Any]], name: str) -> str:
    """How many there are of each: "12 late, 30 current"."""
    return ", ".join(f"{count} {word}" for word, count in Counter(one[name] for one in found).most_common())


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if moment else "–"


def _code(text: Any) -> str:
    return "`" + str(text).replace("`", "'").replace("\n", " ") + "`"


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
