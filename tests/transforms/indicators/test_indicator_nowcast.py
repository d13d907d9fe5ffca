"""The nowcast: a filter of its own against that of statsmodels, news that add up, a back-test without the future."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from transforms.indicators import Build, Fits, nowcast
from transforms.periods import month_end


def wave(i: int) -> float:
    return 8 * math.sin(i / 9) + 3 * math.sin(i / 2.3) + (i * 7919 % 13 - 6) / 4


@pytest.fixture
def build(trade) -> Build:
    """Growth of 75 months, each printed on the ninth of the next; imports follow exports, US imports lag a month."""
    rows, levels, bought = [], [], {}
    for i in range(75):
        end = month_end(2018 + i // 12, i % 12 + 1)
        out = end + timedelta(days=9)
        rows += [
            (str(end), str(out), "export", "growth_yoy", wave(i)),
            (str(end), str(out), "import", "growth_yoy", wave(i + 1) / 2),
        ]
        bought[i] = 40.0 * (1 + wave(i) / 100) if i < 12 else bought[i - 12] * (1 + wave(i) / 100)
        levels.append((str(end), str(end + timedelta(days=35)), "CHN", bought[i]))
    growth = trade(rows, "period vintage flow measure value", basis="month", unit="percent")
    imports = trade(levels, "period vintage counterpart_area value", dataset="mirror_trade", ref_area="USA", flow="import",
                    basis="month", definition="GENERAL_IMPORTS")  # fmt: skip
    return Build(pl.concat([growth, imports]), fits=Fits())


def plain_filter(table: np.ndarray, names: list[str], parameters: list[float]) -> np.ndarray:
    """Kalman filter of one factor and own parts, all first-order: the last row of the table as expected from the rest."""
    told = dict(zip(names, parameters, strict=True))
    mean, spread = np.nanmean(table, axis=0), np.nanstd(table, axis=0, ddof=1)
    z = (table - mean) / spread
    k = table.shape[1]
    loadings = np.array([value for name, value in told.items() if name.startswith("loading")])
    root = [next(v for n, v in told.items() if n.startswith("L1.0->0"))]
    own = [v for n, v in told.items() if n.startswith("L1.eps")]
    shocks = [next(v for n, v in told.items() if n.startswith("fb(0).cov"))] + [
        v for n, v in told.items() if n.startswith("sigma2")
    ]
    t = np.diag([*root, *own])
    q = np.diag(shocks)
    h = np.column_stack([loadings, np.eye(k)])
    state, cover = np.zeros(k + 1), np.diag([s / (1 - r**2) for s, r in zip(shocks, [*root, *own], strict=True)])
    for row in z:
        seen = ~np.isnan(row)
        if seen.any():
            part = h[seen]
            gain = cover @ part.T @ np.linalg.pinv(part @ cover @ part.T)
            state = state + gain @ (row[seen] - part @ state)
            cover = cover - gain @ part @ cover
        last = h @ state
        state, cover = t @ state, t @ cover @ t.T + q
    return mean + spread * last


@pytest.mark.slow
def test_the_filter_is_that_of_plain_algebra(build: Build) -> None:
    panel: dict[str, dict[int, float]] = {name: {} for name in nowcast.INPUTS}
    for row in build.vintages.iter_rows(named=True):
        name = row["flow"] if row["dataset"] == "trade_total" else "us_imports"
        panel[name][row["period_end"].year * 12 + row["period_end"].month - 1] = row["value"]
    parameters = nowcast.estimated(panel, build.fits)
    month = max(panel["export"]) + 1
    found = nowcast.predicted(panel, month, parameters, build.fits)
    table = nowcast.matrix(panel, month)
    names = nowcast._model(table).param_names
    plain = plain_filter(np.array(table), names, parameters)
    assert [found["export"], found["import"]] == pytest.approx(plain[:2].tolist(), abs=1e-3)  # percent


@pytest.mark.slow
def test_news_of_a_day_make_its_change_and_nothing_is_foreseen(build: Build) -> None:
    rows = nowcast.nowcast(build).filter(flow="export").sort("period_end", "vintage_date")
    news = nowcast.news(build).filter(flow="export")
    checked = 0
    for (end,), own in rows.group_by("period_end", maintain_order=True):
        told = dict(own.select("vintage_date", "value").iter_rows())
        for before, day in zip(sorted(told), sorted(told)[1:], strict=False):
            changes = news.filter(period_end=end, vintage_date=day)["value"]
            if changes.len():
                assert changes.sum() == pytest.approx(told[day] - told[before])
                checked += 1
    assert checked >= 5
    day = date(2024, 2, 9)
    early = Build(build.vintages.filter(pl.col("vintage_date") <= day), fits=build.fits)
    then = nowcast.nowcast(early)
    assert then.equals(nowcast.nowcast(build).filter(pl.col("vintage_date") <= day))


@pytest.mark.slow
def test_the_back_test_is_of_what_was_said_the_day_before(build: Build, known) -> None:
    """Each first print less the nowcast that stood before; both errors added up by hand."""
    made, guesses = nowcast.nowcast_error(build), nowcast.nowcast(build)
    exports = build.vintages.filter(flow="export", dataset="trade_total").sort("period_end")
    printed = dict(exports.select("period_end", "value").iter_rows())
    model = naive = 0.0
    tested = made.filter(flow="export").sort("period_end")
    for end, day, error in tested.select("period_end", "vintage_date", "value").iter_rows():
        guess = known(guesses, str(end), str(day - timedelta(days=1)), flow="export")
        assert error == pytest.approx(printed[end] - guess)
        model += error**2
        naive += (printed[end] - printed[max(e for e in printed if e < end)]) ** 2
    assert tested.height >= 12
    ratio = nowcast.against_naive(build).filter(flow="export").sort("vintage_date")["value"][-1]
    assert ratio == pytest.approx(math.sqrt(model / naive))


def test_a_short_past_gives_no_nowcast(build: Build) -> None:
    short = Build(build.vintages.filter(pl.col("period_end") >= date(2020, 1, 1)))
    assert nowcast.nowcast(short).is_empty()
