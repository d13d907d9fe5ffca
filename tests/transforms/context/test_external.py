"""External trade of Russia and press pages of the Chinese bureau, on look-alikes: their forms are known from descriptions."""

from __future__ import annotations

from datetime import date

import pytest

from tests.replica.bank_of_russia import (
    BEFORE,
    DECEMBER,
    HEADS,
    LAST_YEAR,
    NEER,
    REER,
    balance_of_payments,
    goods_trade,
    rouble_rates,
)
from tests.replica.context import press
from tests.transforms.context.case import history, one, payload, read, refused, values, vintages

GOODS = "external_balance:RUS.WORLD.{}.GOODS.value.{}._.USD.USD.{}.N"


def test_totals_of_trade_by_month_and_a_month_that_does_not_come_out() -> None:
    reading = read(
        payload(goods_trade([(2029, "Ноя", 30, 22.5, 7.5), (2029, "Дек", 31.5, 24, 9.5), (2030, "Янв", 9, 4, 5)]))
    )
    assert one(reading, GOODS.format("export", "month", "M"), date(2029, 11, 30)) == 30e6
    assert one(reading, GOODS.format("balance", "month", "M"), date(2030, 1, 31)) == 5e6
    assert [(row.row, row.code) for row in reading.set_aside] == [("2029-12", "sum_mismatch")]
    assert vintages(reading) == {None}, "the day of fetch"
    assert GOODS.format("balance", "month", "M") in set(history("context/russia_balance")["series_id"])


def test_a_month_that_is_not_out_yet_is_nothing_and_a_cell_that_is_no_number_costs_its_month() -> None:
    months = [(2029, "Ноя", 30, 22.5, 7.5), (2029, "Дек", "31,5 (?)", 24, 7.5), (2030, "Янв", None, None, None)]
    reading = read(payload(goods_trade(months)))  # type: ignore[arg-type]
    assert {end for _, end in values(reading)} == {date(2029, 11, 30)}
    assert [(row.row, row.code) for row in reading.set_aside] == [("2029-12", "not_a_number")]
    quarters = {"4 квартал 2029 г.": (20, 97, 71, 26), "1 квартал 2030 г.": ("5 (?)", 9, 4, 5)}
    reading = read(payload(balance_of_payments(quarters)))  # type: ignore[arg-type]
    assert [(row.row, row.code) for row in reading.set_aside] == [("account 2030-03", "not_a_number")]
    assert len(values(reading)) == 4 + 3


def test_another_unit_or_headings_that_moved_are_refused() -> None:
    rows = [(2029, "Дек", 31.5, 24.0, 7.5)]
    billions = [*HEADS[:1], ["", "", "млрд долларов США"], *HEADS[2:]]
    assert refused(payload(goods_trade(rows, billions))).code == "unknown_unit"
    moved = [*HEADS[:2], HEADS[2][:8], *HEADS[3:]]
    assert refused(payload(goods_trade(rows, moved))).code == "no_header"


def test_goods_of_the_balance_of_payments_are_not_services() -> None:
    reading = read(
        payload(balance_of_payments({"4 квартал 2029 г.": (20, 97, 71, 26), "1 квартал 2030 г.*": (5, 9, 4, 6)}))
    )
    found = {(key.split(".")[2], key.split(".")[3], end): value for (key, end), value in values(reading).items()}
    end = date(2029, 12, 31)
    assert found[("export", "GOODS", end)] == 97e6 and found[("balance", "CURRENT_ACCOUNT", end)] == 20e6
    assert found[("balance", "CURRENT_ACCOUNT", date(2030, 3, 31))] == 5e6
    assert [row.row for row in reading.set_aside] == [], "9 - 4 = 6 is within the rounding of whole millions"


@pytest.mark.parametrize(("subject", "code"), [("居民消费价格", "CPI"), ("工业生产者出厂价格", "PPI")])
def test_headline_and_sentence_of_a_press_page_say_the_same(subject: str, code: str) -> None:
    page = press(subject, "同比下降1.4% 环比持平", "同比下降1.4%")
    reading = read(payload(page, url="https://www.stats.gov.cn/sj/zxfb/203003/t20300309_1.html"))
    key = f"price_index:CHN._._.{code}.growth_{{}}.month._._.percent.M.N"
    assert values(reading) == {
        (key.format("yoy"), date(2030, 2, 28)): -1.4,
        (key.format("mom"), date(2030, 2, 28)): 0.0,
    }
    assert vintages(reading) == {date(2030, 3, 9)}
    assert key.format("yoy") in set(history("context/china_prices")["series_id"])
    assert refused(payload(press(subject, "同比下降1.4%", "同比上涨1.4%"))).code == "contradiction"
    assert refused(payload(press(subject, "同比下降1.4%", "同比下降1.5%"))).code == "contradiction"


MONTHS = ("Янв", "Фев", "Мар", "Апр", "Май", "Июн", "Июл", "Авг", "Сен", "Окт", "Ноя", "Дек")
NEER_2009 = (-9.6, -15.7, -13.6, -11.8, -10.2, -9.2, -11.1, -12.1, -10.9, -8.2, -7.4, -9.2)
"""Growth since December 2008: page ex_rate_ind_09_e.htm of the Bank of Russia."""
RATE = "effective_exchange_rate:RUS.WORLD._.{}.{}.{}.CBR._.percent.M.N"


def rates_of_2009(**changed: object) -> bytes:
    """Of December against November -1.9 % nominal and -1.6 % real, in the year -3.8 % real: RIA Novosti, 2010-01-13."""
    nothing = [None] * 11
    blocks = {
        DECEMBER: {NEER: NEER_2009, REER: [*nothing, -3.8]},
        BEFORE: {NEER: [*nothing, -1.9], REER: [*nothing, -1.6], "Индекс номинального курса рубля": [],
                 "к доллару США": [*nothing, -3.2], "к евро": [*nothing, -1.4]},
        LAST_YEAR: {NEER: [-18.0] * 12},
    } | changed  # fmt: skip
    return rouble_rates([(2009, name) for name in MONTHS], blocks)  # type: ignore[arg-type]


def test_effective_rates_of_the_rouble_since_december_and_on_the_month_before() -> None:
    reading = read(payload(rates_of_2009()))
    december = date(2009, 12, 31)
    since, month = ("growth_since_december", "ytd"), ("growth_mom", "month")
    assert one(reading, RATE.format("NEER", *since), date(2009, 2, 28)) == -15.7
    assert one(reading, RATE.format("REER", *since), december) == -3.8
    assert one(reading, RATE.format("NEER", *month), december) == -1.9
    assert one(reading, "exchange_rate_index:RUS.WORLD._.NER_USD.growth_mom.month.CBR._.percent.M.N", december) == -3.2
    assert len(values(reading)) == 12 + 1 + 2 + 2, "the same period of last year is of the month or of the year so far"
    assert (reading.set_aside, len(reading.notes), vintages(reading)) == ((), 1, {None})
    assert reading.release.period == "2009-12"


def test_growth_since_december_is_the_chain_of_the_growth_by_month() -> None:
    """0.926 x 0.981 = 0.908, and not 0.918."""
    blocks = {DECEMBER: {NEER: [*NEER_2009[:11], -8.2], REER: [-3.0] * 12}, BEFORE: {NEER: [*[None] * 11, -1.9]}}
    reading = read(payload(rates_of_2009(**blocks)))
    assert [(row.row, row.code) for row in reading.set_aside] == [("NEER 2009-12", "sum_mismatch")]
    assert (RATE.format("NEER", "growth_since_december", "ytd"), date(2009, 11, 30)) in values(reading)
    assert not any(end == date(2009, 12, 31) and ".NEER." in key for key, end in values(reading))


@pytest.mark.parametrize(
    ("label", "figures", "code"),
    [
        ("Индекс реального курса рубля к тенге", [1.0] * 12, "unknown_row"),
        (REER, [*[1.0] * 11, "1,5 (?)"], "not_a_number"),
    ],
)
def test_a_row_that_is_not_known_and_a_cell_that_is_no_number_cost_themselves(
    label: str, figures: list[float | str], code: str
) -> None:
    reading = read(payload(rates_of_2009(**{BEFORE: {NEER: [*[None] * 11, -1.9], label: figures}})))
    assert [row.code for row in reading.set_aside] == [code]
    assert one(reading, RATE.format("NEER", "growth_mom", "month"), date(2009, 12, 31)) == -1.9


def test_indices_are_not_taken_for_growth_and_months_without_order_are_refused() -> None:
    index = {DECEMBER.replace("% прироста", "%"): {NEER: [101.0] * 12}}
    assert refused(payload(rouble_rates([(2009, name) for name in MONTHS], index))).code == "unknown_unit"
    assert refused(payload(rouble_rates([(2009, "Дек"), (2009, "Ноя")], {BEFORE: {NEER: [1, 2]}}))).code == "bad_period"


def test_a_month_may_have_its_year_in_its_cell_and_a_row_its_number_before_its_label() -> None:
    book = rouble_rates(
        [(2009, "Дек. 2009"), (2009, "Янв. 2010"), (2009, date(2010, 2, 28))], {BEFORE: {NEER: [-1.9, 2, 3.1]}}
    )  # type: ignore[list-item]
    found = values(read(payload(book)))
    key = RATE.format("NEER", "growth_mom", "month")
    assert found == {
        (key, end): v for end, v in ((date(2009, 12, 31), -1.9), (date(2010, 1, 31), 2), (date(2010, 2, 28), 3.1))
    }


def test_a_block_with_periods_of_its_own_is_not_read_as_months() -> None:
    blocks = {BEFORE: {NEER: [1.5, 2.5], "": ["1 кв", "2 кв"], REER: [7.5, 8.5]}}
    reading = read(payload(rouble_rates([(2010, "Янв"), (2010, "Фев")], blocks)))
    assert {key for key, _ in values(reading)} == {RATE.format("NEER", "growth_mom", "month")}
