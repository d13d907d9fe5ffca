"""Charts as hand-written SVG: no browser, no script, no outside reference.

Each function draws at a given width, so that a page can hold a wide and a narrow drawing of the same chart. Colours are
CSS variables of the page: light, dark and print share a drawing. Names stand beside their lines; a mark that is pointed
at tells its number in a `<title>`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from warehouse.bulletin.plot import (
    COLOURS,
    LETTER,
    NARROW,
    Event,
    Frame,
    Point,
    Series,
    draw,
    draw_axes,
    draw_events,
    draw_names,
    draw_years,
    framed,
    number,
    room,
    ticks,
)  # fmt: skip


def lines(
    shown: Sequence[Series], unit: str, width: int, height: int = 300, events: Sequence[Event] = (), *,
    zero: bool = False, columns: Series | None = None, span: tuple[date, date] | None = None,
) -> str:  # fmt: skip
    """Lines over time; `columns` are drawn as bars below them on the same scale."""
    everything = [*shown, *([columns] if columns else [])]
    named = [s for s in everything if s.name]
    newest = max(p.day for s in everything for p in s.points)
    dated = {id(s): _dated(s, newest) for s in named}
    shown = [dated.get(id(s), s) for s in shown]
    named = [dated[id(s)] for s in named]
    frame = framed(named, width, height)
    points = [p for s in everything for p in s.points]
    frame.start, frame.end = span or (min(p.day for p in points), max(p.day for p in points))
    draw_axes(frame, (p.value for p in points), unit, zero=zero or columns is not None)
    draw_years(frame)
    draw_events(frame, events)
    if columns:
        _columns(frame, columns)
    for s in shown:
        draw(frame, s)
    draw_names(frame, named)
    return frame.svg()


def _dated(series: Series, newest: date) -> Series:
    """With the year at its printed value, where a line ends a year or more before the newest one."""
    end = series.points[-1].day
    old = (newest.year - end.year) * 12 + newest.month - end.month >= 12
    return replace(series, last=f"{series.last} ({end.year})") if old else series


def _columns(frame: Frame, series: Series) -> None:
    months = max((frame.end.year - frame.start.year) * 12 + frame.end.month - frame.start.month, 1)
    wide = max(1.5, (frame.width - frame.left - frame.right) / months * 0.7)
    for p in series.points:
        top, zero = frame.y(p.value), frame.y(0)
        frame.add("rect", tip=p.tip, x=frame.x(p.day) - wide / 2, y=min(top, zero), width=wide, height=abs(top - zero),
                  fill=COLOURS[series.colour % len(COLOURS)], fill_opacity=0.45)  # fmt: skip


def stacked(parts: Sequence[Series], total: Series, unit: str, width: int, height: int = 210) -> str:
    """Contributions over time as columns stacked from zero on, up and down, and their sum as a line."""
    days = sorted({p.day for s in (*parts, total) for p in s.points})
    up, down = dict.fromkeys(days, 0.0), dict.fromkeys(days, 0.0)
    boxes = []
    for s in parts:
        for p in s.points:
            side = up if p.value >= 0 else down
            boxes.append((s, p, side[p.day], side[p.day] + p.value))
            side[p.day] += p.value
    frame = framed((*parts, total), width, height)
    frame.start, frame.end = days[0] - timedelta(days=20), days[-1] + timedelta(days=20)
    draw_axes(frame, [*up.values(), *down.values(), *(p.value for p in total.points)], unit, zero=True)
    draw_years(frame)
    gaps = [(b - a).days for a, b in itertools.pairwise(days)] or [365]
    wide = min(max(1.5, min(gaps) / max((days[-1] - days[0]).days, 1) * (width - frame.left - frame.right) * 0.8), 40.0)
    for s, p, low, high in boxes:
        top, bottom = frame.y(max(low, high)), frame.y(min(low, high))
        frame.add("rect", tip=p.tip, x=frame.x(p.day) - wide / 2, y=top, width=wide, height=bottom - top,
                  fill=COLOURS[s.colour % len(COLOURS)], fill_opacity=0.55)  # fmt: skip
    draw(frame, total)
    at_end = []
    for s in parts:
        ends = [(low + high) / 2 for t, p, low, high in boxes if t is s and p.day == s.points[-1].day]
        at_end.append(Series(s.name, [Point(s.points[-1].day, ends[0])], s.last, s.colour))
    draw_names(frame, [*at_end, total])
    return frame.svg()


@dataclass(frozen=True)
class Bar:
    name: str
    value: float
    text: str
    colour: int = 0
    start: float = 0.0  # where it begins: the running sum of a waterfall
    whole: bool = False  # a level, not a change
    tip: str = ""


def bars(shown: Sequence[Bar], unit: str, width: int, row: int = 23) -> str:
    """Horizontal bars; those of a waterfall begin where the one before ended."""
    ends = [v for b in shown for v in ((b.start, b.start + b.value) if not b.whole else (b.value,))]
    whole = [b.value for b in shown if b.whole]
    low, high = min(0.0, *ends), max(0.0, *ends)
    if whole and min(whole) > 0.5 * high:  # a waterfall of small changes on large levels: the axis starts nearer
        low = min(min(ends), *whole) - 0.6 * (high - min(min(ends), *whole))
    left = room((b.name for b in shown), width)
    right = max(len(b.text) for b in shown) * LETTER + 10
    room_left = right if low < 0 and not whole else 6
    span = (high - low) or 1.0
    height = row * len(shown) + 20
    frame = Frame(width, height, left=left + room_left, right=right)
    frame.label(0, 11, unit, colour="var(--muted)")

    def x(value: float) -> float:
        return frame.left + (max(value, low) - low) / span * (width - frame.left - frame.right)

    previous: float | None = None
    for i, b in enumerate(shown):
        y = 20 + i * row
        begin, end = (low, b.value) if b.whole else (b.start, b.start + b.value)
        if not whole:
            begin, end = 0.0, b.value
        a, z = sorted((x(begin), x(end)))
        if previous is not None:
            frame.add("line", x1=x(previous), x2=x(previous), y1=y - row + 16, y2=y + 3, stroke="var(--muted)",
                      stroke_dasharray="2 2")  # fmt: skip
        frame.add("rect", tip=b.tip or f"{b.name}: {b.text}", x=a, y=y + 3, width=max(z - a, 1.0), height=row - 10,
                  fill=COLOURS[b.colour % len(COLOURS)], fill_opacity=0.9 if not b.whole else 0.5)  # fmt: skip
        frame.label(0, y + row / 2 + 2, b.name)
        left_side = not whole and b.value < 0
        frame.label(a - 5 if left_side else z + 5, y + row / 2 + 2, b.text, "end" if left_side else "start")
        previous = end if whole else None
    if not whole and low < 0:
        frame.add("line", x1=x(0), x2=x(0), y1=18, y2=height - 2, stroke="var(--muted)")
    return frame.svg()


def multiples(panels: Sequence[tuple[Series, ...]], unit: str, width: int, across: int, height: int = 130) -> str:
    """Small charts of one scale and one time axis side by side, each headed by its first series and newest value."""
    points = [p for panel in panels for s in panel for p in s.points]
    span = min(p.day for p in points), max(p.day for p in points)
    marks = ticks(min(0.0, *(p.value for p in points)), max(0.0, *(p.value for p in points)), 4)
    cell = width / across
    rows = math.ceil(len(panels) / across)
    outer = Frame(width, rows * (height + 22) + 20, 0, 0)
    outer.label(0, 11, unit, colour="var(--muted)")
    for i, panel in enumerate(panels):
        frame = Frame(int(cell) - 14, height, left=34, right=6, top=6)
        frame.start, frame.end, frame.low, frame.high = *span, marks[0], marks[-1]
        for mark in marks:
            frame.add("line", x1=frame.left, x2=frame.width - frame.right, y1=frame.y(mark), y2=frame.y(mark),
                      stroke="var(--muted)" if mark == 0 else "var(--grid)")  # fmt: skip
            frame.label(frame.left - 4, frame.y(mark) + 4, number(mark), "end", "var(--muted)")
        draw_years(frame)
        for s in panel:
            draw(frame, s)
        x, y = (i % across) * cell, (i // across) * (height + 22) + 34
        head = Frame(0, 0, 0, 0)
        head.label(34, -2, f"{panel[0].name} {panel[0].last}".strip(), font_weight="600")
        outer.parts.append(f'<g transform="translate({x:.0f} {y:.0f})">{"".join(head.parts + frame.parts)}</g>')
    return outer.svg()


def slope(
    shown: Sequence[tuple[str, float, float, str, str]], heads: tuple[str, str], width: int, row: int = 18
) -> str:
    """Positive values of two days joined on a log scale: name, then, now, both printed; labels are pushed apart."""
    values = [math.log(v) for _, then, now, _, _ in shown for v in (then, now)]
    left = right = 60.0 if width < NARROW else 200.0
    frame = Frame(
        width, max(row * len(shown) + 60, 200), left=left, right=room((s[0] for s in shown), width) + 60, top=44
    )
    frame.right = max(frame.right, right)
    frame.low, frame.high = min(values), max(values)
    x1, x2 = frame.left, frame.width - frame.right
    if width < NARROW:  # a line each: side by side they would cover one another
        frame.label(0, 14, heads[0], "start", "var(--muted)")
        frame.label(width, 32, heads[1], "end", "var(--muted)")
    else:
        frame.label(x1, 14, heads[0], "middle", "var(--muted)")
        frame.label(x2, 14, heads[1], "middle", "var(--muted)")
    at_left = _apart([frame.y(math.log(then)) + 4 for _, then, _, _, _ in shown], row - 4, frame.height)
    at_right = _apart([frame.y(math.log(now)) + 4 for _, _, now, _, _ in shown], row - 4, frame.height)
    for (name, then, now, was, is_), y1, y2 in zip(shown, at_left, at_right, strict=True):
        colour = "var(--one)" if now >= then else "var(--two)"
        frame.add("line", tip=f"{name}: {was} to {is_}", x1=x1, x2=x2, y1=frame.y(math.log(then)),
                  y2=frame.y(math.log(now)), stroke=colour,
                  stroke_width=2, stroke_dasharray="none" if now >= then else "6 3")  # fmt: skip
        frame.label(x1 - 6, y1, was if width < NARROW else f"{name} {was}", "end")
        frame.label(x2 + 6, y2, f"{is_} {name}", colour=colour)
    return frame.svg()


def _apart(wanted: Sequence[float], least: float, height: float) -> list[float]:
    """Places near `wanted`, at least `least` apart and within the drawing."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = list(wanted)
    for before, i in itertools.pairwise(order):
        places[i] = max(places[i], places[before] + least)
    over = max(0.0, places[order[-1]] - height + 4) if order else 0.0
    for after, i in zip([None, *reversed(order)], reversed(order), strict=False):
        limit = places[i] - over if after is None else places[after] - least
        places[i] = min(places[i], limit)
    return places


def pairs(shown: Sequence[tuple[str, float, float, str, str]], heads: tuple[str, str], unit: str, width: int) -> str:
    """Two values of each row as marks on one axis, joined: name, first, second, both printed."""
    values = [v for _, a, b, _, _ in shown for v in (a, b)]
    narrow = width < NARROW
    left, row = (18.0, 46) if narrow else (room((s[0] for s in shown), width), 25)
    frame = Frame(width, row * len(shown) + 44, left=left + 50, right=70)
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0

    def x(value: float) -> float:
        return frame.left + (value - low) / span * (width - frame.left - frame.right)

    frame.add("circle", cx=8, cy=8, r=5, fill="var(--one)")
    frame.label(18, 12, f"{heads[0]}, {unit}", colour="var(--muted)")
    second = 18 + (len(heads[0]) + len(unit) + 4) * LETTER
    frame.add("rect", x=second, y=3, width=10, height=10, fill="var(--two)")
    frame.label(second + 16, 12, heads[1], colour="var(--muted)")
    frame.add("line", x1=x(0), x2=x(0), y1=24, y2=frame.height - 4, stroke="var(--muted)")
    for i, (name, a, b, first, other) in enumerate(shown):
        y = 40 + i * row + (16 if narrow else 0)
        frame.label(0, y - 14 if narrow else y + 4, name)
        frame.add("line", x1=x(a), x2=x(b), y1=y, y2=y, stroke="var(--grid)", stroke_width=3)
        frame.add("circle", tip=f"{name}, {heads[0]}: {first}", cx=x(a), cy=y, r=6, fill="var(--one)")
        frame.add(
            "rect", tip=f"{name}, {heads[1]}: {other}", x=x(b) - 5, y=y - 5, width=10, height=10, fill="var(--two)"
        )
        for value, text, other_value in ((a, first, b), (b, other, a)):
            outward = 10 if value >= other_value else -10
            frame.label(x(value) + outward, y + 4, text, "start" if outward > 0 else "end")
    return frame.svg()


def spark(points: Sequence[Point], width: int = 150, height: int = 44, *, columns: bool = False) -> str:
    """A line without axes and its last point marked; or columns from zero."""
    frame = Frame(width, height, left=4, right=6, top=5, bottom=5)
    values = [p.value for p in points]
    frame.low, frame.high = min(values), max(values)
    if columns:
        frame.low = min(0.0, frame.low)
    frame.start, frame.end = points[0].day, points[-1].day
    if columns:
        wide = (width - 10) / len(points)
        for i, p in enumerate(points):
            top, zero = frame.y(p.value), frame.y(max(frame.low, 0.0))
            frame.add("rect", tip=p.tip, x=4 + i * wide, y=min(top, zero), width=max(wide - 3, 1.0),
                      height=max(abs(zero - top), 1.0),
                      fill="var(--one)", fill_opacity=1 if i == len(points) - 1 else 0.45)  # fmt: skip
        return frame.svg()
    draw(frame, Series("", points))
    last = points[-1]
    frame.add("circle", cx=frame.x(last.day), cy=frame.y(last.value), r=3, fill="var(--one)")
    return frame.svg()
