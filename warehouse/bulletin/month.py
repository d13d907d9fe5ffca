"""The lists of the first screen: what is new since the last bulletin, what surprised, what was revised, what is old."""

from __future__ import annotations

from datetime import date

from warehouse.bulletin import closing, wording
from warehouse.bulletin.closing import DIMENSIONS, KINDS, is_of
from warehouse.bulletin.facts import Fact, Known
from warehouse.bulletin.model import OLD_MONTHS, Block, Part, Section, Sentence

MOST = 6
"""Lines of a list: what fits beside the others on one screen; all of it is in the sections below."""


def blocks(known: Known, since: date, surprised: Section | None, revised: Section) -> list[Block]:
    """The four lists; one without a line is left out."""
    found = [
        Block("new", f"New since {wording.day_of(since)}", new(known, since)),
        Block("surprised", "What surprised", surprises(surprised)),
        Block("revised", "What was revised", revisions(revised)),
        Block("old", "Old, or overdue", old(known)),
    ]
    return [block for block in found if block.lines]


def new(known: Known, since: date) -> list[Sentence]:
    """Kinds of figures with a period that was first published since then, with its newest one and its day."""
    columns = ", ".join(f"s.{name}" for name in DIMENSIONS)
    query = f"""SELECT {columns}, o.period_end, max(o.vintage_date) AS vintage_date
               FROM vintage.observation AS o JOIN series AS s USING (series_id)
               WHERE o.change = 'first' AND o.vintage_date > $since AND o.vintage_date <= $day
               AND o.vintage_kind = 'observed' GROUP BY ALL"""
    names = (*DIMENSIONS, "period_end", "vintage_date")
    found = known.con.execute(query, {"since": since, "day": known.as_of}).fetchall()
    rows = [dict(zip(names, row, strict=True)) for row in found]
    told = []
    for kind in KINDS.values():
        if own := [row for row in rows if is_of(kind, row)]:
            told.append((kind.label, *max((row["period_end"], row["vintage_date"]) for row in own)))
    told.sort(key=lambda one: one[2], reverse=True)
    lines: list[Sentence] = [(f"{label}: {wording.month(end)} ({wording.day_of(day)})",) for label, end, day in told]
    return _cut(lines, "more kinds of figures")


def surprises(section: Section | None) -> list[Sentence]:
    """First prints with what each surveyor had expected, a line a figure."""
    lines: dict[str, list[Part]] = {}
    for figure, surveyor, forecast, printed, *_ in section.tables[0].rows if section and section.tables else []:
        line = lines.setdefault(str(figure), [f"{figure}: ", printed, "; expected "])
        line += [", " if len(line) > 3 else "", forecast, f" ({surveyor})"]
    return [tuple(line) for line in lines.values()]


def revisions(section: Section) -> list[Sentence]:
    """How many amounts were revised, and the first of them as the section orders them."""
    if not section.tables or not section.tables[0].rows:
        return [(section.notes[0],)] if section.notes else []
    table = section.tables[0]
    lines: list[Sentence] = [(f"{table.caption}.",)]
    for title, period, was, new_, change in table.rows[:3]:
        assert isinstance(new_, Fact)
        lines.append((f"{title}, {period}: {was}, now ", new_, f" ({change})"))
    return lines


def old(known: Known) -> list[Sentence]:
    """Kinds of figures that ended more than OLD_MONTHS ago or whose next release is overdue, oldest first."""
    ends = closing.last_periods(known)
    aged = sorted((end, KINDS[name].label, name) for name, end in ends.items())
    lines: list[Sentence] = []
    for end, label, name in aged:
        months = wording.months_between(end, known.as_of)
        overdue = closing.coming(known, KINDS[name], end).startswith("overdue")
        if name != "key_rate" and (months > OLD_MONTHS or overdue):
            state = f"{months} months" if months > 1 else "overdue"
            lines.append((f"{label}: {wording.month(end)} ({state})",))
    return lines


def _cut(lines: list[Sentence], what: str) -> list[Sentence]:
    if len(lines) <= MOST:
        return lines
    return [*lines[: MOST - 1], (f"and {len(lines) - MOST + 1} {what}",)]
