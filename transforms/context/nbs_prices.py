"""Press pages of the National Bureau of Statistics of China on prices: growth on the year, and on the month.

Read are the headline (2026年7月份居民消费价格同比上涨0.5%) and the first sentence of the text, which have to say the
same; the tables of the page are not read. The day of publication stands in the address alone
(t20260809_...). Source: www.stats.gov.cn.
"""

from __future__ import annotations

import re
from decimal import Decimal

from bs4 import BeautifulSoup

from transforms.context import answers
from transforms.context.nbs_press import published
from transforms.context.points import Point, Points, layout, reading_of
from transforms.model import Payload, ReadError, Reading
from transforms.periods import month_end

PRODUCT, SOURCE, EXTENSION = "nbs_press.nbs_prices", "nbs_press", "html"
_CHANGE = r"(上涨|下降|持平)(?:了)?(?:(\d+(?:\.\d+)?)[%％])?"
_TITLE = re.compile(
    r"(\d{4})年(\d{1,2})月份?(?:全国)?(居民消费价格|工业生产者出厂价格)(?:指数)?同比"
    + _CHANGE
    + r"(?:[，,]?环比"
    + _CHANGE
    + ")?"
)
_TEXT = r"(?:{year}年)?{month}月份?，?全国{subject}(?:指数)?(?:[（(][A-Z]+[)）])?同比" + _CHANGE
SIGN = {"上涨": 1, "下降": -1, "持平": 0}


def recognise(payload: Payload) -> bool:
    text = answers.text(payload)
    if "国家统计局" not in text or ("<table" not in text.lower() and "<p" not in text.lower()):
        return False
    return bool(_TITLE.match(_title(BeautifulSoup(text, "lxml"))))


def read(payload: Payload) -> Reading:
    """Growth on the year, and on the month where the headline has it. Raises ReadError `contradiction`, `no_value`."""
    page = BeautifulSoup(answers.text(payload), "lxml")
    title = _title(page)
    match = _TITLE.match(title)
    if match is None:
        raise ReadError("bad_period", expected="a headline with month and growth", got=title, where=payload.name)
    year, month, subject = int(match[1]), int(match[2]), match[3]
    end = month_end(year, month)
    growth = _number(match[4], match[5], payload)
    body = "".join(page.get_text().split()).replace(title, "")
    said = re.search(_TEXT.format(year=year, month=month, subject=subject), body)
    if said is None or _number(said[1], said[2], payload) != growth:
        raise ReadError(
            "contradiction",
            expected=f"a sentence on {subject} of {year}-{month:02} that says {growth} as the headline does",
            got=said[0] if said else "none",
            where=payload.name,
        )
    points = Points()
    kinds = {"growth_yoy": growth}
    if match[6]:
        kinds["growth_mom"] = _number(match[6], match[7], payload)
    code = layout("nbs")["prices"][f"{subject}指数"]
    for measure, value in kinds.items():
        means = {
            "dataset": "price_index",
            "ref_area": "CHN",
            "product_code": code,
            "measure": measure,
            "basis": "month",
            "unit": "percent",
            "places": 1,
        }
        points.found.append(Point(f"{code}.{measure}", end, value, means, title, published=published(payload)))
    return reading_of(PRODUCT, points, title=title, language="zh", where=payload.name)


def _title(page: BeautifulSoup) -> str:
    return "".join(page.title.get_text().split()) if page.title else ""


def _number(direction: str, printed: str | None, payload: Payload) -> Decimal:
    """上涨0.5% is 0.5, 下降0.3% is -0.3, 持平 (unchanged) is 0.0."""
    if (printed is None) != (direction == "持平"):
        raise ReadError(
            "no_value", expected="a rise or fall with its figure", got=f"{direction} {printed}", where=payload.name
        )
    return SIGN[direction] * Decimal(printed or "0.0")
