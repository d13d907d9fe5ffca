"""Bulletin tables (6) and (7): regimes by type of enterprise. The official figures of January to July 2023 in the form
of the page; source: english.customs.gov.cn/Statics/67dff270-2d09-4af8-88eb-5b849ff527e8.html."""

from __future__ import annotations

import pytest

from expectations.gate import Table, check_all, passed
from tests.transforms.customs_case import fault, page, refused
from tests.transforms.customs_pages import Cell, chinese, workbook
from tests.transforms.customs_products import exports_by_enterprise_bulletin as exports
from tests.transforms.customs_products import imports_by_enterprise_bulletin as imports
from transforms.customs import regimes
from transforms.model import Payload, Reading

FIGURES = """TOTAL 1,944,902,508 156,159,973 560,461,220 1,198,361,426 29,919,890 -5.0 -4.0 -15.5 0.8 -9.0
Ordinary Trade 1,265,717,347 101,099,397 226,990,907 911,836,433 25,790,611 -3.8 -1.3 -12.1 -1.6 -8.8
Aid or Donation Between Government or by International Organizations 308,777 234,139 91 43,578 30,969 \
-24.5 -12.5 -99.9 12.6 11.9
Other Donation 11,038 1,944 1,000 2,178 5,917 -71.3 -57.1 -10.1 -91.1 -29.6
Processing and Assembling 38,476,757 947,750 28,408,541 8,970,716 149,750 -20.5 -16.0 -27.6 14.1 -21.3
Process with Imported Materials 358,244,648 18,366,788 257,336,077 80,611,701 1,930,081 -14.0 15.1 -18.5 -2.2 -20.9
Border Trade 25,387,084 237,401 199 25,145,519 3,965 61.7 72.2 - 61.7 -69.2
Contracting Projects 7,379,526 6,089,050 298,519 899,617 92,341 34.8 32.1 97.6 40.4 32.1
Goods on Lease 1,519,996 489,827 691,557 335,567 3,045 181.1 413.3 19311.4 -24.0 -
Outward Processing 228,926 12,060 109,542 106,495 830 287.2 -21.9 668.3 261.8 -
Customs Warehousing Trade 40,813,641 18,582,073 7,098,685 14,792,010 340,873 -5.3 -19.1 -0.2 18.1 -31.4
Logistics Goods by Customs Special Control Area 133,347,815 9,877,510 38,708,759 84,757,688 3,858 \
12.8 -32.6 -7.0 36.8 330.1
Other 73,466,953 222,035 817,344 70,859,925 1,567,649 -11.9 -35.5 -19.7 -12.1 14.3"""
TITLE = "(6)Exports by Type Enterprise and by Customs Regime,1-7.2023"
Rows = tuple[str, list[list[Cell]]]


def table(title: str = TITLE, zh: bool = False) -> Rows:
    names = dict(regimes.names().select("code", "name_zh").iter_rows())
    body: list[list[Cell]] = []
    for line in FIGURES.splitlines():
        *words, values = line.rsplit(maxsplit=10)[:1], line.rsplit(maxsplit=10)[1:]
        label = words[0][0]
        if zh:
            label = "总值" if label == "TOTAL" else names[regimes.resolve(label)]
        body += [[label, *values[:5]], ["", *values[5:]]]
    types = (
        ["合计", "国有企业", "外商投资企业", "民营企业", "其他企业"] if zh else ["Total", "SOE", "FIE", "POE", "Other"]
    )
    first = "贸易方式" if zh else "\xa0" * 16 + "Type of Enterprise\n   Customs regime"
    unit = "单位：千美元" if zh else "Unit:US$1,000"
    heads: list[list[Cell]] = [[(first, 1, 2), *types], ["金额" if zh else "Value/±%"] * 5]
    return title, [[(title, 6, 1)], [(unit, 6, 1)], *heads, *body, [("1、Figures in shaded areas refer to ...", 6, 1)]]


def value(reading: Reading, code: str, enterprise: str, measure: str = "value") -> float:
    found = reading.observations.filter(product_code=code, definition=enterprise, measure=measure)
    assert set(found["dataset"]) == {"trade_by_enterprise"} and set(found["basis"]) == {"ytd"}
    return float(found["value"].item())


def test_official_figures_in_every_form() -> None:
    article = Payload(
        chinese(*table("（6）2023年1至7月出口商品贸易方式企业性质总值表（美元值）", zh=True)), "article.html"
    )
    for payload in (page(table()), Payload(workbook("Sheet1", table()[1]), "table.xls"), article):
        assert exports.recognise(payload) and not imports.recognise(payload)
        reading = exports.read(payload)
        assert (reading.release.period, reading.release.currency, reading.set_aside) == ("2023-07", "USD", ())
        assert len(reading.table) == 13 * 5
        assert value(reading, "TOTAL", "ENTERPRISE_ALL") == 1_944_902_508_000
        assert value(reading, "TOTAL", "ENTERPRISE_PRIVATE") == 1_198_361_426_000
        assert value(reading, "REGIME_PROCESSING_MATERIALS", "ENTERPRISE_FOREIGN_INVESTED") == 257_336_077_000
        assert value(reading, "REGIME_LEASE", "ENTERPRISE_FOREIGN_INVESTED", "growth_yoy") == 19311.4
        assert set(reading.observations["flow"]) == {"export"}
    facts = {"product": exports.PRODUCT, "title": reading.release.title, "currency": "USD"}
    assert passed(next(iter(check_all(exports.PRODUCT, [Table(reading.table, "page", facts)]))))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("226,990,907", "226,990,970"), "sum_mismatch"),
        (("28,408,541", "*REF!"), "error_cell"),
        (("Border Trade", "Barter of ships"), "unknown_regime"),
        (("Border Trade", "Ordinary Trade"), "duplicate_regime"),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside(change: tuple[str, str], code: str) -> None:
    assert fault(exports, page(table(), change)).code == code


def test_the_total_and_the_columns_must_hold() -> None:
    assert refused(exports, page(table(), ("1,944,902,508", "1,944,902,580"))).code == "sum_mismatch"
    assert refused(exports, page(table(), ("<b>SOE</b>", "<b>POE</b>"))).code == "duplicate_header"
    assert refused(exports, page(table(), ("73,466,953", "73,466,653"), ("70,859,925", "70,859,625"))).code == (
        "parts_mismatch"
    )


def test_types_under_each_others_headings_are_refused() -> None:
    error = refused(
        exports, page(table(), ("<b>FIE</b>", "<b>X</b>"), ("<b>POE</b>", "<b>FIE</b>"), ("<b>X</b>", "<b>POE</b>"))
    )
    assert error.code == "enterprises_exchanged"
