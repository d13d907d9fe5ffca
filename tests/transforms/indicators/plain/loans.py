"""Loans of Russian banks: growth, overdue shares, multiples, dollars, provisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.transforms.indicators.plain.past import Cell, Months, Past, growth, month_end, month_number, now, rest
from tests.transforms.indicators.plain.prices import in_force
from transforms.banking.definitions import definitions

LOANS = ("household_loans", "loan_portfolio", "mortgage", "sme_loans", "household_lending_risk")


def loan_overdue_ratio(past: Past) -> Iterator[Cell]:
    scopes = {row["definition"]: row["scope"] for row in definitions().iter_rows(named=True)
              if row["family"] in ("overdue", "dpd90") and row["scope"] != row["definition"]}  # fmt: skip
    for named, late in past.of(dataset=LOANS, measure="overdue", basis="stock", unit="RUB", definition=tuple(scopes)):
        whole = past.one(named, measure="debt", definition=scopes[named["definition"]])
        for month in late.keys() & whole.keys():
            yield named, month_end(month), _ratio(late[month][-1].value, whole[month][-1].value)


def _ratio(one: float, whole: float) -> float | None:
    return 100 * one / whole if whole else None


def _stocks(past: Past, **which: str) -> Iterator[tuple[dict[str, str], Months]]:
    """Stocks, the measure kept in the product."""
    for named, months in past.of(dataset=LOANS, measure=("debt", "overdue"), basis="stock", unit="RUB", **which):
        late = "_OVERDUE" if named["measure"] == "overdue" else ""
        yield named | {"product_code": named["product_code"] + late}, months


COUNTRY = {"ref_area": "RUS", "currency": "ALL", "adjustment": "N"}


def loan_growth(past: Past) -> Iterator[Cell]:
    for named, months in _stocks(past):
        for month in months:
            one, base = now(months, month), now(months, month - 12)
            if one is not None and base is not None:
                yield named, month_end(month), growth(one, base)


def stock_multiple(window: int) -> Callable[[Past], Iterator[Cell]]:
    def multiple(past: Past) -> Iterator[Cell]:
        for named, months in _stocks(past, **COUNTRY):
            for month in months:
                one, start = now(months, month), now(months, month - window)
                if one is not None and start is not None and start > 0:
                    yield named, month_end(month), one / start

    return multiple


def increment_multiple(window: int) -> Callable[[Past], Iterator[Cell]]:
    def multiple(past: Past) -> Iterator[Cell]:
        for named, months in _stocks(past, **COUNTRY):
            for month in months:
                tracks = [months.get(m) for m in (month, month - window, month - window - 12)]
                words = [track[-1] for track in tracks if track]
                if len(words) == 3 and (increment := rest(words[1], words[2])):
                    yield named, month_end(month), (words[0].value - words[1].value) / increment

    return multiple


def loan_usd_at_period_end(past: Past) -> Iterator[Cell]:
    for named, months in _stocks(past, **COUNTRY):
        for month in months:
            rate = in_force(past, month_end(month), dataset="fx_rate", product_code="USD")
            if rate is not None:
                yield named, month_end(month), months[month][-1].value / rate


def loan_usd_at_publication(past: Past) -> Iterator[Cell]:
    """At the rate of the last vintage day, words that repeat it left out; none if that rate is not known."""
    told: dict[Any, float | None] = {}
    for row in past.rows:
        if row["change"] == "repeated" or row["dataset"] not in LOANS or row["measure"] not in ("debt", "overdue"):
            continue
        if row["basis"] != "stock" or row["unit"] != "RUB" or any(row[n] != v for n, v in COUNTRY.items()):
            continue
        late = "_OVERDUE" if row["measure"] == "overdue" else ""
        rate = in_force(past, row["vintage_date"], dataset="fx_rate", product_code="USD")
        named = {name: row[name] for name in ("dataset", "ref_area", "definition", "currency", "basis", "adjustment")}
        cell = (*(named | {"product_code": row["product_code"] + late}).items(),), row["period_end"]
        told[cell] = row["value"] / rate if rate is not None else None
    yield from ((dict(named), end, value) for (named, end), value in told.items())


def provision_cover(past: Past) -> Iterator[Cell]:
    for dataset, kept, definition, late in (("household_lending_risk", "provisions_overdue", "DPD90", "DPD90"),
                                            ("loan_portfolio", "provisions", "RAS_PROVISIONS", "RAS_OVERDUE")):  # fmt: skip
        for named, overdue in past.of(dataset=dataset, measure="overdue", definition=late, currency="ALL"):
            provisions = past.one(named, measure=kept, definition=definition)
            for month in overdue.keys() & provisions.keys():
                cover = _ratio(abs(provisions[month][-1].value), overdue[month][-1].value)
                yield named, month_end(month), cover


def _banks(past: Past) -> dict[tuple[str, str, str, str, int, str], list[tuple[bool, float]]]:
    """Balances of accounts by bank and borrower: overdue (458) or not."""
    from transforms.indicators.banks import BORROWERS

    names = {account: name for name, books in BORROWERS.items() for book in books for account in book}
    found: dict[tuple[str, str, str, str, int, str], list[tuple[bool, float]]] = {}
    newest = {}
    for row in past.rows:
        if row["dataset"] == "bank_overdue" and row["measure"] in ("overdue", "debt") and row["product_code"] in names:
            newest[row["counterpart_area"], row["product_code"], row["period_end"], row["currency"]] = row
    for row in newest.values():
        for borrower in (names[row["product_code"]], "ALL"):
            key = (row["ref_area"], row["counterpart_area"], row["currency"], row["basis"],
                   month_number(row["period_end"]), borrower)  # fmt: skip
            found.setdefault(key, []).append((row["product_code"].startswith("458"), row["value"]))
    return found


def bank_overdue(past: Past) -> Iterator[Cell]:
    for (area, bank, currency, basis, month, borrower), accounts in _banks(past).items():
        named = {
            "ref_area": area,
            "counterpart_area": bank,
            "currency": currency,
            "basis": basis,
            "product_code": borrower,
        }
        yield named, month_end(month), sum(value for late, value in accounts if late)


def bank_overdue_ratio(past: Past) -> Iterator[Cell]:
    for (area, bank, currency, basis, month, borrower), accounts in _banks(past).items():
        named = {
            "ref_area": area,
            "counterpart_area": bank,
            "currency": currency,
            "basis": basis,
            "product_code": borrower,
        }
        late, whole = sum(value for late, value in accounts if late), sum(value for _, value in accounts)
        yield named, month_end(month), _ratio(late, whole)
