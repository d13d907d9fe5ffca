"""Customs tables to be spoiled beside those of official figures: breakdowns of the bulletin, Chinese articles, pages as
browsers save them, and official pages where they are at hand."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from lxml import html

from tests.fuzz.customs_mutants import Rows, row_text
from tests.transforms import customs_tables as tables
from tests.transforms.breakdown_tables import by_flows, by_goods
from tests.transforms.by_hs_bulletin import test_by_hs_bulletin as hs
from tests.transforms.by_registration_bulletin import test_by_registration_bulletin as registration
from tests.transforms.by_sitc_bulletin import test_by_sitc_bulletin as sitc
from tests.transforms.customs_pages import chinese, english

Table = tuple[str, Rows]
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d)?\s*$")
Wrap = Callable[[str, Rows], bytes]


def mhtml(title: str, rows: Rows) -> bytes:
    """The page as a browser saves it with what belongs to it."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = title
    message.set_content(english(title, rows).decode(), subtype="html", cte="quoted-printable")
    message.make_related()
    return b"From: <Saved by Blink>\r\n" + message.as_bytes()


def utf16(title: str, rows: Rows) -> bytes:
    return english(title, rows).decode().encode("utf-16")


FLOWS = [("TOTAL", (300, 1500, 200, 1000)), ("Tianjin", (200, 1000, 120, 600)), ("Shanghai", (100, 500, 80, 400))]
_AREAS = [("Comprehensive Bonded Zones", (20017, 100023, 12033, 60041)), ("Xuzhou CBZ", (2311, 10404, 1121, 5713))]
BREAKDOWNS: list[tuple[str, Table, str, Wrap]] = [
    ("by_sitc_bulletin", by_goods("(3) Composition of Imports and Exports by Section and Division,5.2026",
                                  "Section and Division", sitc.ROWS), "page", english),
    ("by_hs_bulletin", by_goods(hs.TITLE, hs.HEAD, hs.ROWS), "page", english),
    ("by_registration_bulletin", by_flows(registration.TITLE, registration.HEAD, registration.ROWS), "page", english),
    ("by_origin_place_bulletin", by_flows("(9) Imports and Exports by Place of Destination/Origin,5.2026",
                                          "Place of Destination/Origin", registration.ROWS[:2] + registration.ROWS[3:4]),
     "page", english),
    ("by_customs_district_bulletin", by_flows("(10)Imports and Exports by Customs District,5.2026", "Customs District",
                                              FLOWS), "page", english),
    ("by_specific_area_bulletin", by_flows("（11）Imports and Exports by Specific Areas, 5.2026", "Specific Areas", _AREAS),
     "page", english),
    ("by_trade_mode_preliminary", tables.trade_mode_zh_rows("2024-05", "month", "CNY"), "Chinese article", chinese),
    ("by_partner_preliminary", tables.by_partner_zh_rows(1), "Chinese article", chinese),
    ("major_exports_preliminary", tables.commodity_rows("export", "2025-03", labels="zh"), "Chinese article", chinese),
    ("by_regime_bulletin", tables.regime_zh_rows("2026-02"), "Chinese article", chinese),
    ("total_bulletin_monthly", tables.summary_rows("zh"), "Chinese article", chinese),
    ("by_partner_preliminary", tables.by_partner_rows("2026-03"), "web archive", mhtml),
    ("major_imports_preliminary", tables.commodity_rows("import", "2025-12"), "web archive", mhtml),
    ("total_preliminary", tables.total_rows("2025-12"), "page in UTF-16", utf16),
    ("major_exports_preliminary", tables.commodity_rows("export", "2025-03"), "page in UTF-16", utf16),
    ("by_regime_bulletin", tables.regime_rows("2026-02"), "page in UTF-16", utf16),
]  # fmt: skip
OFFICIAL = (
    "cases/customs/bulletin17_2026-06.html",
    "cases/customs/preliminary5_2025-12_usd.html",
    "cases/customs/regimes_2019-12_first_save.html",
    "data/gacc/raw/english_site_2025_2026/gacc_2026-06_imports_usd.html",
    "data/gacc/raw/english_site_2025_2026/gacc_2026-06_exports_cny.html",
    "data/gacc/raw/hoyla_meridian/release_section4_by_country_janfeb2025_cny.html",
    "data/gacc/raw/hoyla_meridian/release_section4_by_country_mar2026_cny.html",
)
"""Under ../shared, beside the project."""


def official(path: Path) -> Rows:
    """The rows of an official page, as `english` takes them."""
    page = html.fromstring(path.read_bytes())
    table = max(page.iter("table"), key=lambda found: len(found.findall(".//tr")))
    rows: Rows = []
    for line in table.iter("tr"):
        cells = [(cell.text_content().strip("\n\t\r "), int(cell.get("colspan", "1")), int(cell.get("rowspan", "1")))
                 for cell in line.iter("td", "th")]  # fmt: skip
        if cells:
            rows.append([text if (wide, high) == (1, 1) else (text, wide, high) for text, wide, high in cells])
    first = next(i for i, row in enumerate(rows) if sum(_FIGURE.match(text) is not None for text in row_text(row)) > 2)
    return [*rows[:first], *_unmerged(rows[first:])]


def _unmerged(rows: Rows) -> Rows:
    """Rows whose labels stand beside two rows of figures, with the label in the first of them alone."""
    made: Rows = []
    below = 0
    for row in rows:
        high = [isinstance(cell, tuple) and cell[1:] == (1, 2) for cell in row]
        made.append([*[""] * below, *(cell[0] if tall else cell for cell, tall in zip(row, high, strict=True))])
        below = sum(high)
    return made
