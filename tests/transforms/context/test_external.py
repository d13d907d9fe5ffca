"""External trade of Russia and press pages of the Chinese bureau, on look-alikes: their forms are known from descriptions."""

from __future__ import annotations

from datetime import date

import pytest

from tests.replica.bank_of_russia import HEADS, balance_of_payments, goods_trade
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
