"""One release in Russian, retold by press pages in Russian and English: one point of each series, of the first day."""

from __future__ import annotations

import itertools
from datetime import date

import polars as pl
import pytest

from transforms.indicators import Build, stated
from transforms.model import CLAIM, Payload
from transforms.reports import narrative

ORIGINAL = """Развитие банковского сектора в сентябре
27 октября 2025, Банк России
Доля проблемных ипотечных кредитов на 1 октября 2025 года составила 1,72%.
Портфель автокредитов на 1 октября достиг 2,74 трлн рублей.
В III квартале банки реструктурировали кредиты граждан на 326 млрд рублей.
"""
RUSSIAN = """ЦБ рассказал о долгах
3 ноября 2025, «Вестник рынка»
По данным Банка России, в конце сентября доля проблемной ипотеки составила 1,7%.
Портфель автокредитов на 1 октября, сообщил ЦБ, – 2,7 трлн рублей.
В июле–сентябре банки реструктурировали кредиты граждан на 326 млрд рублей, сообщил Банк России.
"""
ENGLISH = """Russian mortgages hold up
10 November 2025, Moscow Ledger
The share of problem mortgages was 1.72% as of 1 October, the central bank said.
The Bank of Russia said car loans outstanding were 2.74 trillion rubles as of October 1.
Banks restructured household loans worth 326 billion rubles in the third quarter, the Bank of Russia said.
"""
TEXTS = {"cbr.ru/press/1": ORIGINAL, "vestnik.example/2": RUSSIAN, "ledger.example/3": ENGLISH}


def rows_of(name: str) -> pl.DataFrame:
    reading = narrative.read(Payload(TEXTS[name].encode(), f"{name}.txt"))
    return reading.table.with_columns(release_id=pl.lit(name), source=pl.lit(name))


@pytest.fixture(scope="module")
def told() -> dict[str, pl.DataFrame]:
    return {name: rows_of(name) for name in TEXTS}


def test_each_text_states_the_three_figures(told: dict[str, pl.DataFrame]) -> None:
    for name, table in told.items():
        stated_by = set(table.select("indicator", "segment", "originator").iter_rows())
        assert stated_by == {
            ("problem_share", "mortgage", "Bank of Russia"),
            ("portfolio", "car loans", "Bank of Russia"),
            ("restructured", "households", "Bank of Russia"),
        }, name


def test_in_any_order_each_figure_is_one_point_of_its_first_day(told: dict[str, pl.DataFrame]) -> None:
    for order in itertools.permutations(TEXTS):
        table = pl.concat([told[name] for name in order])
        assert table.height == 9, "every source that states it stays listed"
        series = stated.figures(Build(pl.DataFrame(schema=CLAIM), {"reported_figure": table}))
        points = series.select("measure", "period_end", "value", "vintage_date").sort("measure").rows()
        assert points == [
            ("portfolio", date(2025, 9, 30), pytest.approx(2.74e12), date(2025, 10, 27)),
            ("problem_share", date(2025, 9, 30), pytest.approx(1.72), date(2025, 10, 27)),
            ("restructured", date(2025, 9, 30), pytest.approx(326e9), date(2025, 10, 27)),
        ], order


def test_another_value_or_a_finer_one_is_news(told: dict[str, pl.DataFrame]) -> None:
    """The rounded word of an early page gives way to the exact one of the release; a revision is a vintage."""
    early = told["vestnik.example/2"].with_columns(published_date=pl.lit("2025-10-25"))
    revised = told["ledger.example/3"].with_columns(value=pl.lit("1.8")).filter(pl.col("indicator") == "problem_share")
    table = pl.concat([revised, told["cbr.ru/press/1"], early]).filter(pl.col("indicator") == "problem_share")
    series = stated.figures(Build(pl.DataFrame(schema=CLAIM), {"reported_figure": table}))
    assert series.sort("vintage_date").select("value", "vintage_date").rows() == [
        (1.7, date(2025, 10, 25)), (1.72, date(2025, 10, 27)), (1.8, date(2025, 11, 10)),
    ]  # fmt: skip
