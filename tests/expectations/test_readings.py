"""What the readers make of official layouts passes their suites: column names, types and identities agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.gate import check
from tests.transforms.banking import books
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows, total_rows
from transforms.model import Payload, Reading
from transforms.products import all_products

WEIGHTS = {"debt": 10, "overdue": 1, "acquired_claims": 3, "debt_incl_acquired": 13}


def pages() -> list[tuple[str, Payload]]:
    made = [("gacc.by_partner_preliminary", english(*by_partner_rows(period))) for period in ("2026-03", "2025-02")]
    made += [("gacc.total_preliminary", english(*total_rows("2025-12")))]
    for name in ("household_debt", "mortgage_debt"):
        made.append((f"cbr.{name}", books.regional(books.product(name).layout, WEIGHTS)))
    return [(product, Payload(content, product)) for product, content in made]


def failures(reading: Reading) -> list[str]:
    release = reading.release
    context = {"title": release.title, "period": release.period, "currency": release.currency}
    results = check(release.product, reading.table, where=release.product, context=context)
    assert len(results) > 10
    return [result.sentence() for result in results if not result.success]


@pytest.mark.slow
@pytest.mark.parametrize(("product", "payload"), pages())
def test_tables_in_official_layouts_pass(product: str, payload: Payload) -> None:
    assert failures(all_products()[product].read(payload)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "path"),
    [
        ("household_debt", "data/excel/02_05_Debt_ind.xlsx"),
        ("mortgage_debt", "data/downloaded_xlsx/02_14_Debt_mortgage.xlsx"),
        ("mortgage", "data/excel/02_02_Mortgage.xlsx"),
        ("mortgage_scpa", "data/excel/02_03_Scpa_mortgage.xlsx"),
        ("fx_daily", "XML_daily_eng_2025-12-13.xml"),
    ],
)
def test_official_files_pass(module: str, path: str) -> None:
    """The whole books: all months, areas and currencies. Skipped where the downloads are absent."""
    file = next(iter(sorted((books.SHARED / "raw").rglob(Path(path).name))), None)
    if file is None:
        pytest.skip(f"{path} is not on this machine")
    assert failures(all_products()[f"cbr.{module}"].read(Payload(file.read_bytes(), path))) == []
