"""Charts as inline SVG: drawn by Altair and vl-convert without a browser or a network.

Colours are drawn as placeholders and become CSS variables, so that the same drawing follows light, dark and print.
Charts are drawn 360 px wide, the width of a phone, and scale up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt

WIDTH = 270
COLOURS = {
    "#010101": "var(--ink)",
    "#020202": "var(--grid)",
    "#030303": "var(--one)",
    "#040404": "var(--two)",
    "#050505": "var(--muted)",
}
INK, GRID, ONE, TWO, MUTED = COLOURS
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {"labelColor": INK, "titleColor": INK, "domainColor": MUTED, "tickColor": MUTED, "gridColor": GRID,
             "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "labelLimit": 130},
    "legend": {"labelColor": INK, "titleColor": INK, "labelFontSize": 11, "orient": "top",
               "title": None, "labelLimit": 240, "columns": 1},
}  # fmt: skip


def bars(rows: Sequence[Mapping[str, Any]], label: str, value: str, title: str) -> str:
    """Horizontal bars in the order given; negative ones in the second colour."""
    data = alt.Data(values=[{label: r[label], value: r[value]} for r in rows])
    base = alt.Chart(data).encode(y=alt.Y(f"{label}:N", sort=None, title=None))
    low, high = (bound(0.0, *(r[value] for r in rows)) for bound in (min, max))
    room = 0.22 * (high - low)  # for the number at the end of a bar
    domain = [low - room if low < 0 else low, high + room if high > 0 else high]
    x = alt.X(f"{value}:Q", title=title, scale=alt.Scale(domain=domain, nice=False), axis=alt.Axis(tickCount=6))
    drawn = base.mark_bar(height=14).encode(
        x=x, color=alt.condition(f"datum['{value}'] < 0", alt.value(TWO), alt.value(ONE))
    )
    ends = [
        base.mark_text(align="left" if dx > 0 else "right", dx=dx, color=INK, fontSize=11)
        .encode(x=x, text=alt.Text(f"{value}:Q", format="+.1f"))
        .transform_filter(f"datum['{value}'] {sign} 0")
        for dx, sign in ((3, ">="), (-3, "<"))
    ]
    return svg(alt.layer(drawn, *ends).properties(width=WIDTH - 60, height=22 * max(len(rows), 1)))


def lines(
    rows: Sequence[Mapping[str, Any]], x: str, y: str, series: str, title: str, events: Sequence[tuple[date, str]] = ()
) -> str:
    """Lines over time, told apart by dash as well as colour; policy events are dotted, numbered vertical rules."""
    values = [{x: str(r[x]), y: r[y], series: r[series]} for r in rows]
    names = list(dict.fromkeys(r[series] for r in values))
    colours = alt.Scale(domain=names, range=[ONE, TWO, MUTED][: max(len(names), 1)])
    dashes = alt.Scale(domain=names, range=[[1, 0], [4, 2], [1, 2]][: max(len(names), 1)])
    legend = None if len(names) < 2 else alt.Legend(title=None)
    chart: Any = (
        alt.Chart(alt.Data(values=values))
        .mark_line(strokeWidth=1.8)
        .encode(
            x=alt.X(f"{x}:T", title=None, axis=alt.Axis(format="%b %y", tickCount=5, labelOverlap=True)),
            y=alt.Y(f"{y}:Q", title=title, scale=alt.Scale(zero=False)),
            color=alt.Color(f"{series}:N", scale=colours, legend=legend),
            strokeDash=alt.StrokeDash(f"{series}:N", scale=dashes, legend=legend),
        )
    )
    if days := _numbered(events):
        rules = alt.Chart(alt.Data(values=days)).mark_rule(color=MUTED, strokeDash=[2, 2]).encode(x="day:T")
        rows_ = [  # numbers of neighbours stand one below the other
            alt.Chart(alt.Data(values=days[i::2]))
            .mark_text(color=INK, fontSize=10, align="right", dx=-3, dy=12 * i, baseline="top")
            .encode(x="day:T", y=alt.value(0), text="name:N")
            for i in range(min(2, len(days)))
        ]
        chart = alt.layer(chart, rules, *rows_)
    return svg(chart.properties(width=WIDTH, height=170))


def _numbered(events: Sequence[tuple[date, str]]) -> list[dict[str, str]]:
    """One rule a month of events, at the first of them, named by their numbers: 1 and 2-4."""
    months: dict[tuple[int, int], list[tuple[date, str]]] = {}
    for day, number in events:
        months.setdefault((day.year, day.month), []).append((day, number))
    return [
        {"day": str(found[0][0]), "name": "\u2013".join(dict.fromkeys((found[0][1], found[-1][1])))}
        for found in months.values()
    ]


def gauge(value: float, parts: Sequence[tuple[str, float]]) -> str:
    """Contributions as bars and their sum as a marked line, in standard deviations around zero."""
    rows = [{"part": name, "value": amount} for name, amount in parts] + [{"part": "Composite", "value": value}]
    data = alt.Data(values=rows)
    y = alt.Y("part:N", sort=None, title=None)
    drawn = alt.Chart(data).mark_bar(height=12).encode(
        x=alt.X("value:Q", title="standard deviations"), y=y,
        color=alt.condition("datum.value < 0", alt.value(TWO), alt.value(ONE)),
        opacity=alt.condition("datum.part == 'Composite'", alt.value(1), alt.value(0.55)),
    )  # fmt: skip
    zero = alt.Chart(alt.Data(values=[{"value": 0}])).mark_rule(color=INK).encode(x="value:Q")
    return svg(alt.layer(drawn, zero).properties(width=WIDTH - 80, height=22 * len(rows)))


def svg(chart: Any) -> str:
    """The chart as SVG without size, script or outside reference, coloured by CSS variables."""
    import vl_convert  # loads a renderer of 100 MB: only when something is drawn

    text = vl_convert.vegalite_to_svg(chart.configure(**CONFIG).to_dict())
    text = re.sub(r"<\?xml[^>]*\?>", "", text)
    for placeholder, variable in COLOURS.items():
        text = text.replace(placeholder, variable)
    head, rest = text.split(">", 1)
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    return f'{head} aria-hidden="true" focusable="false">{rest}'
