"""Mutants of official tables: each is read to exactly the right numbers or refused with a reason; none loads a wrong one.

The number of mutants and what became of them is printed by the last test (`pytest -rP` shows it).
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from tests.fuzz import MANY
from tests.fuzz import customs_layouts as layouts
from tests.fuzz.customs_mutants import BLIND, BYTE_MUTATIONS, ROW_MUTATIONS, Rows, truncate
from tests.fuzz.tally import Tally
from tests.transforms.customs_pages import english, workbook
from tests.transforms.customs_products import (
    by_partner_bulletin,
    by_partner_preliminary,
    by_regime_bulletin,
    by_trade_mode_preliminary,
    exports_by_enterprise_bulletin,
    imports_by_regime_bulletin,
    major_exports_preliminary,
    major_imports_bulletin,
    major_imports_preliminary,
    total_bulletin_monthly,
    total_preliminary,
)
from tests.transforms.customs_tables import (
    by_partner_rows,
    commodity_rows,
    partner_bulletin_rows,
    regime_rows,
    selected_imports_rows,
    summary_rows,
    total_rows,
    trade_mode_rows,
)
from tests.transforms.exports_by_enterprise_bulletin.test_exports_by_enterprise_bulletin import table as enterprise_rows
from tests.transforms.major_imports_bulletin.test_major_imports_bulletin import rows as major_imports_bulletin_rows
from transforms.customs import online_query
from transforms.model import Payload, ReadError
from transforms.products import Product, all_products, recognise

TABLES: list[tuple[Product, tuple[str, Rows], int]] = [  # product, official table, mutants of each kind
    (total_preliminary, total_rows("2025-12"), 6),
    (total_preliminary, total_rows("2026-03", "CNY"), 6),
    (by_partner_preliminary, by_partner_rows("2026-03"), 7),
    (by_partner_preliminary, by_partner_rows("2025-02"), 4),
    (by_trade_mode_preliminary, trade_mode_rows("2024-05", "month", "CNY"), 5),
    (by_trade_mode_preliminary, trade_mode_rows("2019-08", "ytd", "USD"), 4),
    (major_exports_preliminary, commodity_rows("export", "2025-03"), 6),
    (major_imports_preliminary, commodity_rows("import", "2025-12"), 4),
    (by_regime_bulletin, regime_rows("2026-02"), 6),
    (total_bulletin_monthly, summary_rows(), 6),
    (imports_by_regime_bulletin, selected_imports_rows(), 6),
    (major_imports_bulletin, major_imports_bulletin_rows(), 4),
    (by_partner_bulletin, partner_bulletin_rows("2024-09", "USD"), 2),
    (exports_by_enterprise_bulletin, enterprise_rows(), 6),
]
pytestmark = pytest.mark.slow
tally = Tally()
reasons: Counter[str] = Counter()


def numbers(product: Product, payload: Payload) -> pl.DataFrame:
    rows = product.read(payload).observations.drop("native_title")
    return rows.sort(pl.all())


def judge(product: Product, payload: Payload, truth: pl.DataFrame, what: str, carrier: str = "page") -> None:
    """Count the mutant as exact, partial or refused. Fails on a wrong number, and on any other exception: a crash.

    A partial reading tells the rows it leaves out, and what it loads is true. A row under a label that nobody knows is
    a series of its own (LABEL_...), whose figures are those of the row it was; but for quantities in a misprinted
    unit, which only the known price of a good gives away.
    """
    fault = what.rpartition(" ")[0].replace("_", " ")
    try:
        reading = product.read(payload)
    except ReadError as error:
        assert error.code and error.got
        tally.count(carrier, fault, "refused")
        reasons[error.code] += 1
        return
    found = reading.observations.drop("native_title")
    own = pl.col("product_code").str.starts_with("LABEL_")
    on = [name for name in found.columns if name != "product_code"]
    for rows, wanted, keys in ((found.filter(~own), truth, found.columns), (found.filter(own), truth, on)):
        wrong = rows.join(wanted, on=keys, how="anti", nulls_equal=True)
        if keys is on:
            wrong = wrong.filter(measure="value")
        assert wrong.is_empty(), f"{what}: {wrong}"
    if found.filter(~own).height == truth.filter(~own).height:
        tally.count(carrier, fault, "right")
    else:
        assert reading.set_aside or found.filter(own).height > truth.filter(own).height, what
        tally.count(carrier, fault, "set aside")
        reasons.update(row.code for row in reading.set_aside)


@pytest.mark.parametrize(
    ("product", "table", "count"), TABLES, ids=[f"{t[0].PRODUCT}-{i}" for i, t in enumerate(TABLES)]
)
def test_mutants_of_pages(product: Product, table: tuple[str, Rows], count: int) -> None:
    title, rows = table
    truth = numbers(product, Payload(english(title, rows), "page.html"))
    for mutation in ROW_MUTATIONS:
        for seed in range(count * MANY):
            mutant = mutation(rows, random.Random(f"{mutation.__name__}{seed}"), product.PRODUCT)
            if mutant is not None:
                judge(product, Payload(english(title, mutant), "page.html"), truth, f"{mutation.__name__} {seed}")
    for change in BYTE_MUTATIONS:
        for seed in range(count * MANY):
            content = change(english(title, rows), random.Random(f"{change.__name__}{seed}"))
            judge(product, Payload(content, "page.html"), truth, f"{change.__name__} {seed}")


@pytest.mark.parametrize(
    ("product", "table", "count"), TABLES[:12], ids=[f"{t[0].PRODUCT}-{i}" for i, t in enumerate(TABLES[:12])]
)
def test_mutants_of_sheets(product: Product, table: tuple[str, Rows], count: int) -> None:
    rows = table[1]
    truth = numbers(product, Payload(workbook("Sheet1", rows), "sheet.xls"))
    for mutation in ROW_MUTATIONS:
        for seed in range(max(2, count // 2) * MANY):
            mutant = mutation(rows, random.Random(f"x{mutation.__name__}{seed}"), product.PRODUCT)
            if mutant is not None:
                judge(
                    product,
                    Payload(workbook("Sheet1", mutant), "sheet.xls"),
                    truth,
                    f"{mutation.__name__} {seed}",
                    "sheet",
                )
    whole = workbook("Sheet1", rows)
    for seed in range(max(2, count // 2) * MANY):
        cut = whole[: random.Random(seed).randrange(8, len(whole) - 512)]
        judge(product, Payload(cut, "sheet.xls"), truth, f"truncate {seed}", "sheet")


def spoil(product: Product, title: str, rows: Rows, wrap: layouts.Wrap, carrier: str, each: int) -> None:
    """`each` mutants of every kind, in the carrier that `wrap` makes."""
    truth = numbers(product, Payload(wrap(title, rows), "page"))
    for mutation in ROW_MUTATIONS:
        for seed in range(each * MANY):
            mutant = mutation(rows, random.Random(f"{carrier}{mutation.__name__}{seed}"), product.PRODUCT)
            if mutant is not None:
                judge(product, Payload(wrap(title, mutant), "page"), truth, f"{mutation.__name__} {seed}", carrier)
    whole = wrap(title, rows)
    for seed in range(each * MANY):
        judge(product, Payload(truncate(whole, random.Random(seed)), "page"), truth, f"truncate {seed}", carrier)


@pytest.mark.parametrize("at", range(len(layouts.BREAKDOWNS)), ids=lambda at: "-".join(layouts.BREAKDOWNS[at][::2]))
def test_mutants_of_breakdowns_articles_and_saved_pages(at: int) -> None:
    name, (title, rows), carrier, wrap = layouts.BREAKDOWNS[at]
    spoil(all_products()[f"gacc.{name}"], title, rows, wrap, carrier, 1)


@pytest.mark.parametrize("name", layouts.OFFICIAL)
def test_mutants_of_official_pages(shared: Path, name: str) -> None:
    path = shared.parent / name
    payload = Payload(path.read_bytes(), path.name)
    product, rows = recognise(payload), layouts.official(path)
    title = product.read(payload).release.title
    assert numbers(product, Payload(english(title, rows), "page")).equals(numbers(product, payload))
    spoil(product, title, rows, english, "official page", 1)


HEAD = [
    "数据年月",
    "贸易伙伴编码",
    "贸易伙伴名称",
    "商品编码",
    "商品名称",
    "第一数量",
    "第一计量单位",
    "第二数量",
    "第二计量单位",
    "人民币",
]
TRADE = [
    ["202401", "402", "阿根廷", "12019019", "转基因黄大豆", "159525200", "千克", "0", "-", "639,240,426"],
    ["202401", "410", "巴西", "12019019", "转基因黄大豆", "4074670531", "千克", "0", "-", "16,536,067,327"],
    ["202401", "502", "美国", "12019019", "转基因黄大豆", "3325975236", "千克", "0", "-", "13,615,477,348"],
    ["202402", "402", "阿根廷", "12019019", "转基因黄大豆", "52967000", "千克", "0", "-", "219,032,222"],
]


def download(rows: list[list[str]]) -> bytes:
    return "".join('"' + '","'.join(row) + '",\n' for row in rows).encode("gb18030")


def test_mutants_of_downloads() -> None:
    options = {"flow": "import"}
    truth = online_query.read(Payload(download([HEAD, *TRADE]), "q.csv", options=options)).records["customs_microdata"]
    for seed in range(200 * MANY):
        rng = random.Random(seed)
        rows = [list(row) for row in [HEAD, *TRADE]]
        content = b""
        match kind := rng.choice(["drop", "swap figures", "swap columns", "double", "cut", "recode", "quote"]):
            case "drop":
                row = rng.choice(rows[1:])
                del row[rng.randrange(len(row))]
            case "swap figures" | "swap columns":
                i, j = rng.sample(range(len(HEAD)), 2)
                for row in rows[kind == "swap figures" :]:
                    row[i], row[j] = row[j], row[i]
            case "double":
                rows.append(list(rng.choice(rows[1:])))
            case "cut":
                whole = download(rows)
                content = whole[: rng.randrange(20, len(whole) - 2)]
            case "recode":
                content = (
                    download(rows).decode("gb18030").encode(rng.choice(["utf-16", "big5hkscs", "utf-32"]), "replace")
                )
            case "quote":
                row = rng.choice(rows[1:])
                row[rng.choice([0, 1, 3, 5, 9])] += rng.choice(['"', '","', "\n", " ", '0\n"', "'"])
        payload = Payload(content or download(rows), "q.csv", options=options)
        try:
            reading = online_query.read(payload)
            found = reading.records["customs_microdata"]
        except ReadError as error:
            tally.count("download of the query", kind, "refused")
            reasons[error.code] += 1
            continue
        whole_rows = kind == "cut" and found.equals(truth.head(len(found)))  # cut between two rows: nothing wrong in it
        in_part = (
            bool(reading.set_aside) and found.join(truth, on=truth.columns, how="anti", nulls_equal=True).is_empty()
        )
        assert found.equals(truth) or whole_rows or in_part, f"{kind} {seed}: {rows}"
        tally.count("download of the query", kind, "set aside" if in_part else "right")


def test_count_and_outcome() -> None:
    """Every kind of refusal has its reason; the numbers are stated."""
    tally.show()
    made = tally.of(0)["all"]
    print(
        "left to the gate of the warehouse, pairs of columns:",
        {product: len(pairs) for product, pairs in BLIND.items()},
    )
    print("reasons:", ", ".join(f"{code} {count}" for code, count in reasons.most_common()))
    if made.total() < 1000:
        pytest.skip("part of the mutants only: run the whole file")
    assert made["right"] > 50 and made["refused"] > 500 and made["set aside"] > 200
    assert len(reasons) >= 15
