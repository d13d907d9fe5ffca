"""All products there are, and recognition of one by what its bytes contain.

A product is a module with the four names of the Product protocol; adding a source means adding modules here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeGuard

import polars as pl

from transforms.model import Payload, ReadError, Reading

MODULES = (
    "transforms.customs.total_preliminary",
    "transforms.customs.by_partner_preliminary",
    "transforms.customs.by_trade_mode_preliminary",
    "transforms.customs.major_exports_preliminary",
    "transforms.customs.major_imports_preliminary",
    "transforms.customs.total_bulletin_annual",
    "transforms.customs.total_bulletin_monthly",
    "transforms.customs.by_partner_bulletin",
    "transforms.customs.by_regime_bulletin",
    "transforms.customs.major_exports_bulletin",
    "transforms.customs.major_imports_bulletin",
    "transforms.customs.imports_by_regime_bulletin",
    "transforms.customs.online_query",
    "transforms.banking.mortgage",
    "transforms.banking.mortgage_scpa",
    "transforms.banking.household_debt",
    "transforms.banking.mortgage_debt",
    "transforms.banking.loan_portfolio",
    "transforms.banking.sector_loans",
    "transforms.banking.household_lending_risk",
    "transforms.banking.household_new_loans",
    "transforms.banking.mortgage_new_loans",
    "transforms.banking.mortgage_count",
    "transforms.banking.mortgage_rates",
    "transforms.banking.mortgage_scpa_count",
    "transforms.banking.mortgage_scpa_debt",
    "transforms.banking.mortgage_ihc",
    "transforms.banking.mortgage_by_lender",
    "transforms.banking.housing_new_loans",
    "transforms.banking.housing_count",
    "transforms.banking.sme_debt",
    "transforms.banking.loans_by_area",
    "transforms.banking.loans_by_activity",
    "transforms.banking.loans_by_area_activity",
    "transforms.banking.loans_by_district_activity",
    "transforms.banking.sme_borrowers",
    "transforms.banking.corporate_debt_by_rate",
    "transforms.banking.sme_302_19",
    "transforms.banking.fx_daily",
    "transforms.banking.fx_dynamic",
    "transforms.banking.fx_export",
    "transforms.banking.key_rate",
    "transforms.banking.fx_soap",
    "transforms.banking.data_service",
    "transforms.banking.data_service_table",
    "transforms.banking.form_101",
    "transforms.banking.form_102",
    "transforms.banking.form_123",
    "transforms.banking.form_135",
    "transforms.reports.narrative",
)

PROSE = "reports.narrative"


class Product(Protocol):
    PRODUCT: str  # e.g. gacc.by_partner_preliminary
    SOURCE: str  # the source that publishes it: gacc_en, cbr ...
    EXTENSION: str  # html, xlsx, xml: what the archive calls its files

    def recognise(self, payload: Payload) -> bool:
        """Cheap and certain: do title words and structure (not the file name) say it is this product?"""

    def read(self, payload: Payload) -> Reading:
        """Everything the bytes say, or ReadError."""


class Totals(Protocol):
    """What a stream of rows amounts to, kept while it passes."""

    def watch(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]: ...

    def reading(self, records: Mapping[str, pl.DataFrame]) -> Reading: ...


class StreamedProduct(Product, Protocol):
    """A product whose files may be too long for memory: read row by row from disk into one table."""

    TABLE: str  # the table its rows fill
    Summary: type[Totals]

    def stream(self, path: Path, options: Mapping[str, str]) -> Iterator[pl.DataFrame]:
        """The rows in frames of bounded length, or ReadError."""


def is_streamed(product: Product) -> TypeGuard[StreamedProduct]:
    return hasattr(product, "stream")


def all_products() -> dict[str, Product]:
    modules = [import_module(name) for name in MODULES]
    return {module.PRODUCT: module for module in modules}


def recognise(payload: Payload) -> Product:
    """The one product that recognises the bytes; else ReadError `unrecognised`, `ambiguous`."""
    from transforms.refusals import refuse_non_data

    refuse_non_data(payload)
    found = [product for product in all_products().values() if product.recognise(payload)]
    if len(found) > 1:  # a known table is that, whatever is said around it
        found = [product for product in found if product.PRODUCT != PROSE]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(product.PRODUCT for product in found)
        raise ReadError("ambiguous", expected="one product", got=names, where=payload.name, hint="Pass --product.")
    raise ReadError(
        "unrecognised",
        expected=f"a table of one of the {len(all_products())} products that `portvault status` lists",
        got=f"{len(payload.content)} bytes starting {payload.content[:40]!r}",
        where=payload.name,
        hint="Pass --product if you know what it is; the README says what can be ingested.",
    )
