"""Banks one by one and together: cover of overdue loans, returns, cost of risk, concentration.

The banks together (counterpart BANKS) are those whose forms were taken in, no more: bank_form_count says how many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, Part, align, each_vintage, emit, pick
from transforms.indicators.trade import KEYS
from transforms.model import CLAIM

BANKS = "BANKS"
"""Counterpart of what all banks known make together."""
BY = ("ref_area", "counterpart_area", "product_code", "definition")
LARGEST = 5
RATIOS = ("N1.0", "N1.1", "N1.2", "N2", "N3", "N4")
"""Mandatory ratios of form 135: capital (total, common, tier one), liquidity (instant, current, long)."""
CELL = ("ref_area", "counterpart_area", "product_code", "measure")
_LATE = series(dataset="bank_overdue", measure="overdue", unit="RUB", currency="ALL")
_LOANS = series(dataset="bank_overdue", measure=("overdue", "debt"), unit="RUB", currency="ALL")
_BALANCE = series(dataset="bank_balance", unit="RUB", currency="ALL")
_PROFIT = series(dataset="bank_profit", unit="RUB", basis="ytd")
_CAPITAL = series(dataset="bank_capital", measure="capital", product_code="TOTAL")
_RATIOS = series(dataset="bank_ratio", product_code=RATIOS)
FSI = "IMF, Financial Soundness Indicators Compilation Guide (2019), chapters 4 and 7"
NEEDS = "Only where forms of banks have been ingested (portvault ingest of the archives of forms 101, 102, 123, 135). "


@step(_LOANS, _BALANCE, _CAPITAL)
def stocks(build: Build) -> pl.DataFrame:
    """Loans, overdue, provisions, assets and capital of each bank and of all together at the end of each month, RUB.

    Columns of align by CELL; product_code is TOTAL, measure says what.
    """
    rows = build.vintages
    parts = [
        pick(rows, dataset="bank_overdue", measure="overdue", currency="ALL"),
        pick(rows, dataset="bank_overdue", currency="ALL").with_columns(measure=pl.lit("loans")),
        pick(rows, dataset="bank_balance"),
        pick(rows, dataset="bank_capital", measure="capital", product_code="TOTAL"),
    ]
    return summed([_own(part) for part in parts], ("product_code",))


def _own(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with an id of each account, so that several of one measure stay apart until they are added."""
    account = pl.concat_str("dataset", "definition", "product_code", separator=".")
    return rows.select(
        "ref_area", "counterpart_area", "measure", "period_end", "value", "precision", "vintage_date", *PROVENANCE,
        product_code=account,
    )  # fmt: skip


def summed(frames: Sequence[pl.DataFrame], away: tuple[str, ...]) -> pl.DataFrame:
    """Sums over the dimensions `away` for each bank, and over all banks, as known each day; product TOTAL."""
    columns = [*CELL, "period_end", "value", "precision", "vintage_date", *PROVENANCE]

    def sums(panel: pl.DataFrame) -> pl.DataFrame:
        together = panel.with_columns(counterpart_area=pl.lit(BANKS))
        both = pl.concat([panel, together])
        both = both.sort("vintage_date", "counterpart_area", "product_code", maintain_order=True)
        last = [pl.col(name).last() for name in ("vintage_date", *PROVENANCE)]
        group = [*(k for k in CELL if k not in away), "period_end"]
        added = [pl.col("value").sum(), pl.col("precision").sum()]
        made = both.group_by(group, maintain_order=True).agg(*added, *last)
        return made.with_columns(product_code=pl.lit("TOTAL")).select(columns)

    months = pl.concat([frame.select(columns) for frame in frames]).partition_by("period_end", "measure")
    empty = pl.DataFrame(schema={name: CLAIM[name] for name in columns})
    return pl.concat([empty, *(each_vintage(month, CELL, sums) for month in months)])


def _of(rows: pl.DataFrame, measure: str) -> pl.DataFrame:
    return pick(rows, measure=measure).with_columns(measure=pl.lit("_"))


def _emit(table: pl.DataFrame, name: str, unit: str, **more: str) -> pl.DataFrame:
    fixed = {"currency": "ALL", "basis": "stock", "definition": "BANK_FORMS"} | more
    return emit(table.drop("measure", strict=False), name, unit, **fixed)


def _quotient(build: Build, name: str, above: str, below: str) -> pl.DataFrame:
    rows = stocks(build)
    table = align(CELL, above=Part(_of(rows, above)), below=Part(_of(rows, below)))
    return _emit(table.with_columns(value=_quotient_of("above", "below")), name, "percent")


@indicator(
    id="bank_form_count",
    title="Number of banks whose form is known",
    unit="count",
    by=BY,
    inputs=(_BALANCE, _PROFIT, _CAPITAL, _RATIOS),
    lookback=0,
    formula="banks with assets in form 101 (product FORM_101), profit after tax in form 102 (FORM_102), capital in "
    "form 123 (FORM_123), the ratio in form 135 (its name: N1.0 ...)",
    reference=FSI,
    caveat=NEEDS + "What sums and distributions rest on; since 2022 banks may leave forms unpublished.",
)
def form_count(build: Build) -> pl.DataFrame:
    rows = build.vintages
    forms = {
        "FORM_101": pick(rows, dataset="bank_balance", measure="assets"),
        "FORM_102": pick(rows, dataset="bank_profit", measure="profit", product_code="AFTER_TAX"),
        "FORM_123": pick(rows, dataset="bank_capital", measure="capital", product_code="TOTAL"),
    }
    known = [form.with_columns(product_code=pl.lit(name)) for name, form in forms.items()]
    known.append(pick(rows, dataset="bank_ratio", product_code=RATIOS))
    return over_banks(known, "bank_form_count", "count", lambda panel: {"_": float(panel.height)})


@indicator(
    id="bank_overdue_cover",
    title="Cover of the overdue loans of a bank by provisions for loans",
    unit="percent",
    by=BY,
    inputs=(stocks,),
    lookback=0,
    formula="100 * provisions (NNN15, 45818) / overdue (458NN) of form 101",
    reference=FSI,
    caveat=NEEDS + "All provisions for loans, also for those that are not overdue. None for forms since June 2023, "
    "which combine accounts.",
)
def overdue_cover(build: Build) -> pl.DataFrame:
    return _quotient(build, "bank_overdue_cover", "provisions", "overdue")


@step(_PROFIT)
def results(build: Build) -> pl.DataFrame:
    """Results of twelve months of each bank and of all together, RUB: measure profit or provision_charge."""
    rows = pick(build.vintages, dataset="bank_profit")
    chosen = [pick(rows, measure="profit", product_code="AFTER_TAX"), pick(rows, measure="provision_charge")]
    ytd = pl.concat([_own(part) for part in chosen])
    month = pl.col("period_end").dt.month()
    december = ytd.filter(month == 12)
    made = [december]
    for last in (3, 6, 9):
        now = ytd.filter(month == last)
        parts = {"now": Part(now), "then": Part(now, lag=12), "december": Part(december, lag=last)}
        table = align(CELL, **parts)
        value = pl.col("now") + pl.col("december") - pl.col("then")
        made.append(table.with_columns(value=value, precision=pl.col("now_precision") * 3).select(december.columns))
    return summed(made, ("product_code",))


def _return(build: Build, name: str, measure: str, stock: str) -> pl.DataFrame:
    below = _of(stocks(build), stock)
    parts = {"earned": Part(_of(results(build), measure)), "end": Part(below), "start": Part(below, lag=12)}
    mean = (pl.col("end") + pl.col("start")) / 2
    known = pl.when(mean.is_not_null()).then("earned")
    columns = [*CELL, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    banks = align(CELL, **parts).filter(pl.col("counterpart_area") != BANKS)
    banks = banks.with_columns(value=known, precision=mean).select(columns)  # the mean travels in the other column
    together = [each_vintage(month, CELL, _together) for month in banks.partition_by("period_end")]
    table = pl.concat([banks.with_columns(value=_quotient_of("value", "precision")), *together])
    return _emit(table.with_columns(precision=pl.lit(None, pl.Float64)), name, "percent", freq="Q")


def _quotient_of(above: str, below: str) -> pl.Expr:
    return pl.when(pl.col(below) > 0).then(pl.col(above) / pl.col(below) * 100)


def _together(panel: pl.DataFrame) -> pl.DataFrame:
    """Percent of the sum of values in that of precisions over the banks of a panel: over the same banks both."""
    last = panel.sort("vintage_date", "counterpart_area").tail(1)
    sums = panel.select(pl.col("value", "precision").sum()).select(_quotient_of("value", "precision"))
    return last.with_columns(value=pl.lit(sums["value"].first(), pl.Float64), counterpart_area=pl.lit(BANKS))


_RETURN = "Bank of Russia, form 102 (profit and loss) and forms 101, 123; " + FSI
_TWELVE = "profit after tax of twelve months"
_SAME = "All banks together: those of which results and both stocks are known. "


@indicator(
    id="bank_return_on_assets",
    title="Return on assets of a bank",
    unit="percent",
    by=BY,
    inputs=(results, stocks),
    lookback=24,
    formula=f"100 * {_TWELVE} / mean of the assets of form 101 a year ago and now",
    reference=_RETURN,
    caveat=NEEDS
    + _SAME
    + "Assets are those of the balance of accounts, before netting and provisions: the ratio is lower than "
    "by published balance sheets.",
    freq="Q",
)
def return_on_assets(build: Build) -> pl.DataFrame:
    return _return(build, "bank_return_on_assets", "profit", "assets")


@indicator(
    id="bank_return_on_equity",
    title="Return on the regulatory capital of a bank",
    unit="percent",
    by=BY,
    inputs=(results, stocks),
    lookback=24,
    formula=f"100 * {_TWELVE} / mean of the capital of form 123 a year ago and now",
    reference=_RETURN,
    caveat=NEEDS + _SAME + "Regulatory capital holds subordinated debt: the return on shareholders' equity is higher.",
    freq="Q",
)
def return_on_equity(build: Build) -> pl.DataFrame:
    return _return(build, "bank_return_on_equity", "profit", "capital")


@indicator(
    id="bank_cost_of_risk",
    title="Cost of risk of a bank: net provisions of twelve months in percent of loans",
    unit="percent",
    by=BY,
    inputs=(results, stocks),
    lookback=24,
    formula="100 * (provisions made - released, form 102) / mean of the loans of form 101 a year ago and now",
    reference=_RETURN,
    caveat=NEEDS + _SAME + "Provisions for all assets. Forms until 2015 alone name them in one row.",
    freq="Q",
)
def bank_cost_of_risk(build: Build) -> pl.DataFrame:
    return _return(build, "bank_cost_of_risk", "provision_charge", "loans")


def _hhi(values: list[float]) -> float:
    whole = sum(values)
    return sum((value / whole * 100) ** 2 for value in values)


def _largest(values: list[float]) -> float:
    return 100 * sum(sorted(values)[-LARGEST:]) / sum(values)


def _concentration(build: Build, name: str, unit: str, value: Callable[[list[float]], float]) -> pl.DataFrame:
    assets = pick(build.vintages, dataset="bank_balance", measure="assets")
    assets = assets.with_columns(value=pl.when(pl.col("value") > 0).then("value"))
    return over_banks([assets], name, unit, lambda panel: {"_": value(panel["value"].to_list())})


@indicator(
    id="bank_concentration_hhi",
    title="Concentration of the assets of banks (Herfindahl-Hirschman)",
    unit="index",
    by=BY,
    inputs=(_BALANCE,),
    lookback=0,
    formula="sum of squared percentage shares of the banks in the assets of all banks known",
    reference="Hirschman (1964), The Paternity of an Index, American Economic Review 54(5)",
    caveat=NEEDS + "Banks that do not publish are not in it: read it with bank_form_count.",
)
def bank_concentration(build: Build) -> pl.DataFrame:
    return _concentration(build, "bank_concentration_hhi", "index", _hhi)


@indicator(
    id="bank_largest_share",
    title=f"Share of the {LARGEST} largest banks in the assets of all",
    unit="percent",
    by=BY,
    inputs=(_BALANCE,),
    lookback=0,
    formula=f"100 * assets of the {LARGEST} largest / assets of all banks known",
    reference=FSI,
    caveat=NEEDS + "Banks that do not publish are not in it: read it with bank_form_count.",
)
def largest_share(build: Build) -> pl.DataFrame:
    return _concentration(build, "bank_largest_share", "percent", _largest)


def over_banks(
    frames: Sequence[pl.DataFrame], name: str, unit: str, value: Callable[[pl.DataFrame], dict[str, float]]
) -> pl.DataFrame:
    """`value` of the banks known on each day, by product and month: results by definition, one row each for BANKS."""
    columns = [*KEYS, "period_end", "value", "precision", "vintage_date", *PROVENANCE]

    def judged(panel: pl.DataFrame) -> pl.DataFrame:
        if panel.is_empty():
            return panel
        last = panel.sort("vintage_date", "counterpart_area").tail(1)
        fixed = {"counterpart_area": pl.lit(BANKS), "precision": pl.lit(None, pl.Float64)}
        made = [last.with_columns(value=pl.lit(found), definition=pl.lit(label), **fixed)
                for label, found in value(panel).items()]  # fmt: skip
        return pl.concat([panel.clear(), *made])

    months = pl.concat([frame.select(columns) for frame in frames]).partition_by("period_end", "product_code", "freq")
    empty = pl.DataFrame(schema={key: CLAIM[key] for key in columns})
    table = pl.concat([empty, *(each_vintage(month, KEYS, judged) for month in months)])
    label = pl.when(pl.col("definition") == "_").then(pl.lit("BANK_FORMS")).otherwise("definition")
    return emit(table.with_columns(definition=label), name, unit, currency="ALL", basis="stock")
