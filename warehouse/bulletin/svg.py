"""Charts as hand-written SVG: no browser, no script, no outside reference.

Each function draws at a given width, so that a page can hold a wide and a narrow drawing of the same chart. Colours are
CSS variables of the page: light, dark and print share a drawing. Names stand beside their lines; a mark that is pointed
at tells its number in a `<title>`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from html import escape

from transforms.periods import month_end

COLOURS = ("var(--one)", "var(--two)", "var(--three)", "var(--four)", "var(--five)", "var(--six)")
DASHES = ("", "6 3", "2 2", "8 3 2 3", "4 4", "1 3")
SIZE = 12
"""Font size of labels in px; a drawing is shown at its own size, so this is what readers see."""
LETTER = 7.0
"""Mean width of a letter of that size in px, to leave room for labels; measured on the default sans-serif faces."""
NARROW = 500
"""Below this width labels go into two lines and axes have fewer ticks."""
ROOM = 0.4
"""Share of a drawing that labels may take beside it."""
Event = tuple[date, str]


@dataclass(frozen=True)
class Point:
    day: date
    value: float
    tip: str = ""


@dataclass(frozen=True)
class Series:
    """A line, or loose marks: `name` stands at its end with `last`, the printed newest value."""

    name: str
    points: Sequence[Point]
    last: str = ""
    colour: int = 0
    loose: bool = False  # marks without a line: single statements, forecasts
    months: int = 1  # months between two points that belong together; a longer gap breaks the line


@dataclass
class Frame:
    """The plot area and its scales: time or values across, values up."""

    width: int
    height: int
    left: float
    right: float
    top: float = 18
    bottom: float = 22
    low: float = 0.0
    high: float = 1.0
    start: date = date(2000, 1, 1)
    end: date = date(2000, 12, 31)
    parts: list[str] = field(default_factory=list)

    def x(self, day: date) -> float:
        span = max((self.end - self.start).days, 1)
        return self.left + (day - self.start).days / span * (self.width - self.left - self.right)

    def y(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return self.height - self.bottom - share * (self.height - self.top - self.bottom)

    def add(self, tag: str, text: str = "", tip: str = "", **given: object) -> None:
        attributes = "".join(
            f' {name.rstrip("_").replace("_", "-")}="{_shown(value)}"' for name, value in given.items()
        )
        inner = escape(text) + (f"<title>{escape(tip)}</title>" if tip else "")
        self.parts.append(f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>")

    def label(
        self, x: float, y: float, text: str, anchor: str = "start", colour: str = "var(--ink)", **more: object
    ) -> None:
        self.add("text", text, "", x=x, y=y, text_anchor=anchor, fill=colour, font_size=SIZE, **more)

    def svg(self) -> str:
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" aria-hidden="true" '
                f'focusable="false">{"".join(self.parts)}</svg>')  # fmt: skip


def _shown(value: object) -> str:
    return escape(f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value))


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from below `low` to above `high`: 1, 2 or 5 times a power of ten apart."""
    span = (high - low) or abs(high) or 1.0
    step = next(s for p in range(-6, 16) for s in (10.0**p, 2 * 10.0**p, 5 * 10.0**p) if span / s <= most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * i, 9) for i in range(first, last + 1)]


def number(value: float) -> str:
    return f"{value:,.10g}".replace("-", "\u2212")


def _axes(frame: Frame, values: Iterable[float], unit: str, *, zero: bool) -> None:
    shown = [*values, *([0.0] if zero else [])]
    marks = ticks(min(shown), max(shown), 4 if frame.height < 200 else 6)
    frame.low, frame.high = marks[0], marks[-1]
    for mark in marks:
        strong = mark == 0
        frame.add("line", x1=frame.left, x2=frame.width - frame.right, y1=frame.y(mark), y2=frame.y(mark),
                  stroke="var(--muted)" if strong else "var(--grid)", stroke_width=1)  # fmt: skip
        frame.label(frame.left - 6, frame.y(mark) + 4, number(mark), "end", "var(--muted)")
    frame.label(0, 10, unit, colour="var(--muted)")


def _years(frame: Frame) -> None:
    """Marks where years begin; in a short span those of months, at their last day, on which their points stand."""
    months = (frame.end.year - frame.start.year) * 12 + frame.end.month - frame.start.month
    room = max(2, int((frame.width - frame.left - frame.right) / 62))
    step = next(s for s in (1, 3, 6, 12, 24, 36, 60, 120) if months / s <= room)
    taken = frame.left - 24
    for year in range(frame.start.year, frame.end.year + 1):
        for month in range(1, 13, step) if step < 12 else (1,):
            day = date(year, 1, 1) if step >= 12 else month_end(year, month)
            if not frame.start <= day <= frame.end or (step >= 12 and year % (step // 12)):
                continue
            frame.add("line", x1=frame.x(day), x2=frame.x(day), y1=frame.height - frame.bottom,
                      y2=frame.height - frame.bottom + 4, stroke="var(--muted)")  # fmt: skip
            text = str(year) if step >= 12 else f"{day:%b} {year}"
            half = len(text) * LETTER / 2
            if frame.x(day) - half < taken:
                continue
            taken = frame.x(day) + half + 6
            middle = min(frame.x(day), frame.width - half)
            frame.label(middle, frame.height - frame.bottom + 17, text, "middle", "var(--muted)")


def _events(frame: Frame, events: Sequence[Event]) -> None:
    """Dotted rules with numbers; one a month, those that would overlap left out."""
    taken = -99.0
    for day, name in events:
        if not frame.start <= day <= frame.end:
            continue
        frame.add("line", x1=frame.x(day), x2=frame.x(day), y1=frame.top, y2=frame.height - frame.bottom,
                  stroke="var(--muted)", stroke_dasharray="1 3")  # fmt: skip
        if frame.x(day) - taken > len(name) * LETTER + 4:
            frame.label(frame.x(day), frame.top - 4, name, "middle", "var(--muted)")
            taken = frame.x(day)


def _runs(series: Series) -> list[list[Point]]:
    """Points in pieces: a line does not cross a gap of more than its own step."""
    pieces: list[list[Point]] = []
    for point in series.points:
        last = pieces[-1][-1].day if pieces else None
        gap = (point.day.year - last.year) * 12 + point.day.month - last.month if last else 99
        pieces.append([point]) if gap > series.months else pieces[-1].append(point)
    return pieces


def _draw(frame: Frame, series: Series) -> None:
    colour = COLOURS[series.colour % len(COLOURS)]
    if not series.loose:
        for run in _runs(series):
            if len(run) == 1:
                frame.add("circle", cx=frame.x(run[0].day), cy=frame.y(run[0].value), r=2.2, fill=colour)
                continue
            path = " ".join(f"{frame.x(p.day):.1f},{frame.y(p.value):.1f}" for p in run)
            frame.add("polyline", points=path, fill="none", stroke=colour, stroke_width=2,
                      stroke_dasharray=DASHES[series.colour % len(DASHES)] or "none")  # fmt: skip
    for point in series.points:
        x, y = frame.x(point.day), frame.y(point.value)
        if series.loose:
            frame.add("circle", tip=point.tip, cx=x, cy=y, r=4, fill="var(--paper)", stroke=colour, stroke_width=1.6)
        elif point.tip and frame.width >= NARROW:
            frame.add("circle", tip=point.tip, cx=x, cy=y, r=5, fill="transparent")


def _framed(named: Sequence[Series], width: int, height: int) -> Frame:
    """A frame with room for names beside their lines; where a phone has none, for a list of them below the plot."""
    wide = [s.name if width < NARROW else f"{s.name} {s.last}" for s in named]
    if _fit(wide, width):
        return Frame(width, height, left=46, right=room([*wide, *(s.last for s in named)], width))
    listed = len(named) * (SIZE + 5)
    return Frame(width, height + listed, left=46, right=room([s.last for s in named], width), bottom=22 + listed)


def _fit(names: Sequence[str], width: int) -> bool:
    return width >= NARROW or _wanted(names) <= ROOM * width


def _names(frame: Frame, shown: Sequence[Series]) -> None:
    """Names at the ends of the lines, pushed apart so that none covers another; or listed, as `_framed` left room."""
    narrow, beside = frame.width < NARROW, _fit([s.name for s in shown], frame.width)
    if not beside:
        for i, s in enumerate(shown):
            colour, at = COLOURS[s.colour % len(COLOURS)], frame.height - (len(shown) - 1 - i) * (SIZE + 5) - 4
            if s.loose:
                frame.add("circle", cx=11, cy=at - 4, r=4, fill="var(--paper)", stroke=colour, stroke_width=1.6)
            else:
                frame.add("line", x1=0, x2=22, y1=at - 4, y2=at - 4, stroke=colour, stroke_width=2,
                          stroke_dasharray=DASHES[s.colour % len(DASHES)] or "none")  # fmt: skip
            frame.label(28, at, s.name, colour=colour)
    ends = sorted((s for s in shown if s.points), key=lambda s: frame.y(s.points[-1].value))
    height = 2 * SIZE + 4 if narrow and beside else SIZE + 4
    places: list[float] = []
    for s in ends:
        wanted = frame.y(s.points[-1].value) + 4
        places.append(max(wanted, places[-1] + height) if places else max(wanted, frame.top + 4))
    over = places[-1] + height - SIZE - (frame.height - frame.bottom + 18) if places else 0
    for i in range(len(places) - 1, -1, -1):
        limit = places[i + 1] - height if i + 1 < len(places) else places[i] - max(over, 0)
        places[i] = min(places[i], limit)
    x = frame.width - frame.right + 8
    for s, y in zip(ends, places, strict=True):
        colour = COLOURS[s.colour % len(COLOURS)]
        if narrow and beside:
            frame.label(x, y - SIZE / 2, s.name, colour=colour)
            frame.label(x, y + SIZE / 2 + 1, s.last, colour=colour, font_weight="600")
        elif narrow:
            frame.label(x, y, s.last, colour=colour, font_weight="600")
        else:
            frame.label(x, y, f"{s.name} {s.last}".strip(), colour=colour)


def room(names: Iterable[str], width: int) -> float:
    """Pixels for the longest label, at most two fifths of the drawing."""
    return min(_wanted(names), ROOM * width)


def _wanted(names: Iterable[str]) -> float:
    return max((len(name) for name in names), default=0) * LETTER + 12


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
    frame = _framed(named, width, height)
    points = [p for s in everything for p in s.points]
    frame.start, frame.end = span or (min(p.day for p in points), max(p.day for p in points))
    _axes(frame, (p.value for p in points), unit, zero=zero or columns is not None)
    _years(frame)
    _events(frame, events)
    if columns:
        _columns(frame, columns)
    for s in shown:
        _draw(frame, s)
    _names(frame, named)
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
    frame = _framed((*parts, total), width, height)
    frame.start, frame.end = days[0] - timedelta(days=20), days[-1] + timedelta(days=20)
    _axes(frame, [*up.values(), *down.values(), *(p.value for p in total.points)], unit, zero=True)
    _years(frame)
    gaps = [(b - a).days for a, b in itertools.pairwise(days)] or [365]
    wide = min(max(1.5, min(gaps) / max((days[-1] - days[0]).days, 1) * (width - frame.left - frame.right) * 0.8), 40.0)
    for s, p, low, high in boxes:
        top, bottom = frame.y(max(low, high)), frame.y(min(low, high))
        frame.add("rect", tip=p.tip, x=frame.x(p.day) - wide / 2, y=top, width=wide, height=bottom - top,
                  fill=COLOURS[s.colour % len(COLOURS)], fill_opacity=0.55)  # fmt: skip
    _draw(frame, total)
    at_end = []
    for s in parts:
        ends = [(low + high) / 2 for t, p, low, high in boxes if t is s and p.day == s.points[-1].day]
        at_end.append(Series(s.name, [Point(s.points[-1].day, ends[0])], s.last, s.colour))
    _names(frame, [*at_end, total])
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
        _years(frame)
        for s in panel:
            _draw(frame, s)
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
    _draw(frame, Series("", points))
    last = points[-1]
    frame.add("circle", cx=frame.x(last.day), cy=frame.y(last.value), r=3, fill="var(--one)")
    return frame.svg()
