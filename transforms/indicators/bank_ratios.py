"""How the mandatory ratios of banks lie: quantiles, and who is short of the minimum or near it."""

from __future__ import annotations

import polars as pl

from transforms.indicators.bank_forms import BY, FSI, NEEDS, RATIOS, over_banks
from transforms.indicators.declaration import Build, indicator, series
from transforms.indicators.engine import Part, align, pick
from transforms.indicators.trade import KEYS

MINIMA = {"N1.0": 8.0, "N1.1": 4.5, "N1.2": 6.0}
"""Least capital ratios in percent since 2016 (Instructions 139-I, 180-I, 199-I of the Bank of Russia)."""
SINCE = 2016
SHORT = {"N2": 15.0, "N3": 50.0}
"""Least instant and current liquidity in percent (the same instructions)."""
BUFFER = 2.5
"""Percentage points of the capital conservation buffer of Basel III in full: in force in Russia from 2020 on, let down
for 2023, built up again to 2028 (Interfax, 1 January 2025). One mark over all years is the full one."""
NEAR = 1.0
"""Percentage points above minimum and buffer within which a bank is near."""
QUANTILES = (10, 25, 50, 75, 90)
_RATIOS = series(dataset="bank_ratio", product_code=RATIOS)
_ASSETS = series(dataset="bank_balance", measure="assets")
_REFERENCE = "Bank of Russia, Instruction 199-I on mandatory ratios, form 135; " + FSI


def quantile(values: list[float], percent: int) -> float:
    """Quantile of sorted values by linear interpolation; of one value itself."""
    if len(values) == 1:
        return values[0]
    place = (len(values) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _quantiles(panel: pl.DataFrame) -> dict[str, float]:
    values = sorted(panel["value"].to_list())
    return {f"P{percent}": quantile(values, percent) for percent in QUANTILES}


@indicator(
    id="bank_ratio_quantile",
    title="Quantiles of a mandatory ratio over banks",
    unit="percent",
    by=BY,
    inputs=(_RATIOS,),
    lookback=0,
    formula="quantile (P10 ... P90, the definition) of the ratio over the banks known, each bank counts once",
    reference=_REFERENCE,
    caveat=NEEDS + "A large bank counts as a small one; read it with bank_form_count.",
)
def quantiles(build: Build) -> pl.DataFrame:
    rows = pick(build.vintages, dataset="bank_ratio", product_code=RATIOS)
    return over_banks([rows], "bank_ratio_quantile", "percent", _quantiles)


@indicator(
    id="bank_short_share",
    title="Share of banks short of a minimum of capital or liquidity, or near it",
    unit="percent",
    by=BY,
    inputs=(_RATIOS, _ASSETS),
    lookback=0,
    formula=f"100 * banks (or their assets) with the ratio below minimum (SHORT), or below minimum + {BUFFER} + {NEAR} "
    "points (NEAR, capital alone) / all banks known (COUNT) or their assets (ASSETS); minima in percent: "
    + ", ".join(f"{name} {least}" for name, least in (MINIMA | SHORT).items()),
    reference=_REFERENCE,
    caveat=NEEDS
    + f"Capital ratios since {SINCE}, when the minima of today came. The buffer is that of Basel III in full, "
    "not the one in force; surcharges of large banks are left out. Assets where form 101 of the bank is known.",
)
def short_share(build: Build) -> pl.DataFrame:
    rows = pick(build.vintages, dataset="bank_ratio", product_code=(*MINIMA, *SHORT))
    since = pl.col("product_code").is_in(list(SHORT)) | (pl.col("period_end").dt.year() >= SINCE)
    ratios = rows.filter(since)
    assets = pick(build.vintages, dataset="bank_balance", measure="assets")
    both = align(KEYS, ratio=Part(ratios), assets=Part(assets, on=("ref_area", "counterpart_area"), across="assets"))
    weighed = both.with_columns(value=pl.col("ratio"), precision=pl.col("assets"))  # the weight travels in its column
    counted = over_banks([ratios.with_columns(precision=pl.lit(1.0))], "bank_short_share", "percent", _short("COUNT"))
    return pl.concat([counted, over_banks([weighed], "bank_short_share", "percent", _short("ASSETS"))])


def _short(name: str):  # type: ignore[no-untyped-def]
    """Shares of the banks, weighed by the column precision, that are below each mark of their ratio."""

    def shares(panel: pl.DataFrame) -> dict[str, float]:
        ratio = panel["product_code"][0]
        marks = {"SHORT": SHORT[ratio]} if ratio in SHORT else {"SHORT": MINIMA[ratio],
                                                               "NEAR": MINIMA[ratio] + BUFFER + NEAR}  # fmt: skip
        whole = float(panel["precision"].sum())
        return {f"{mark}_{name}": 100 * float(panel.filter(pl.col("value") < level)["precision"].sum()) / whole
                for mark, level in marks.items()} if whole else {}  # fmt: skip

    return shares
