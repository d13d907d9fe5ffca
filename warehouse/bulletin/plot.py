"""A plot over time in SVG: its area and scales, axes, events, lines, and the names beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
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


def draw_axes(frame: Frame, values: Iterable[float], unit: str, *, zero: bool) -> None:
    shown = [*values, *([0.0] if zero else [])]
    marks = ticks(min(shown), max(shown), 4 if frame.height < 200 else 6)
    frame.low, frame.high = marks[0], marks[-1]
    for mark in marks:
        strong = mark == 0
        frame.add("line", x1=frame.left, x2=frame.width - frame.right, y1=frame.y(mark), y2=frame.y(mark),
                  stroke="var(--muted)" if strong else "var(--grid)", stroke_width=1)  # fmt: skip
        frame.label(frame.left - 6, frame.y(mark) + 4, number(mark), "end", "var(--muted)")
    frame.label(0, 10, unit, colour="var(--muted)")


def draw_years(frame: Frame) -> None:
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


def draw_events(frame: Frame, events: Sequence[Event]) -> None:
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


def draw(frame: Frame, series: Series) -> None:
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


def framed(named: Sequence[Series], width: int, height: int) -> Frame:
    """A frame with room for names beside their lines; where a phone has none, for a list of them below the plot."""
    wide = [s.name if width < NARROW else f"{s.name} {s.last}" for s in named]
    if _fit(wide, width):
        return Frame(width, height, left=46, right=room([*wide, *(s.last for s in named)], width))
    listed = len(named) * (SIZE + 5)
    return Frame(width, height + listed, left=46, right=room([s.last for s in named], width), bottom=22 + listed)


def _fit(names: Sequence[str], width: int) -> bool:
    return width >= NARROW or _wanted(names) <= ROOM * width


def draw_names(frame: Frame, shown: Sequence[Series]) -> None:
    """Names at the ends of the lines, pushed apart so that none covers another; or listed, as `framed` left room."""
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
