"""Form 102: profit and loss of every Russian bank by symbol, thousand roubles. DBF (QYYYY_P, QYYYY_P1), cumulative.

Table: one row a bank and symbol; `total` in RUB, in the wider form also `rub` and `fx`, which must make the total,
and the columns must make the control sums where the archive has them.
The file says neither quarter nor year: they are in its name (42012_P1 is the fourth quarter of 2012), or in the option
`period` (2012-12) of the ingestion; that of 2026 (MMYYYY_P1) dates each row, and leaves blank what is not disclosed. A
month that ends no quarter is of frequency M, so that the series of quarters stays one of quarters.
Observations, where the symbols of a form are there: profit of the year so far before and after tax, and what was set
aside for losses less what was released. Until 2015 after-tax profit and loss are 31001 and 31002, since then 61101 and
61102; provisions (25302, 16305) are those of the forms until 2015 alone: later symbols spread them over many rows. The
symbols until 2015 are those of the form's own list (SPRAV1 of 2012); of the later ones no official list was at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from transforms import identities
from transforms.banking import dbf, forms
from transforms.banking.days import closed_month
from transforms.banking.doubts import Doubts
from transforms.model import OBSERVATION, TERM, Payload, ReadError, Reading, Release, observations
from transforms.periods import period_end

PRODUCT, SOURCE, EXTENSION = "cbr.form_102", "cbr", "dbf"
OPTIONS = {"period": "Last month, YYYY-MM, of the quarter of a form 102 whose name does not say it."}
AMOUNTS = ("SIM_R", "SIM_V", "SIM_ITOGO")
CONTROL = ("CONT_SUM_R", "CONT_SUM_V", "CONT_SUM")
THOUSAND = 1000
RESULTS = {  # measure and product -> pairs of symbols: what is added, what is taken off; the first pair that is there
    ("profit", "BEFORE_TAX"): (("01000", "02000"),),
    ("profit", "AFTER_TAX"): (("31001", "31002"), ("61101", "61102")),
    ("provision_charge", "LOSSES"): (("25302", "16305"),),
}
_QUARTER, _MONTH = re.compile(r"([1-4])(20\d\d)_P1?"), re.compile(r"(0[1-9]|1[0-2])(20\d\d)_P1?")


def recognise(payload: Payload) -> bool:
    return any(map(_has_symbols, dbf.field_names(payload)))


def _has_symbols(fields: Sequence[str]) -> bool:
    """Are these the fields of a table of symbols? Those of a year may lack the parts of the total, or date each row."""
    return {"REGN", "CODE"} <= set(fields) and not {"ITOGO", "SIM_ITOGO"}.isdisjoint(fields)


def read(payload: Payload) -> Reading:
    """Every symbol of every bank. Raises ReadError with bank and symbol; `no_date` if nothing tells the quarter."""
    tables = dbf.tables(payload)
    found = [table for table in tables if _has_symbols(table.fields)]
    kinds = sorted("ITOGO" in table.fields for table in found)
    if kinds not in ([False], [True], [False, True]):
        raise ReadError("unknown_sheet", expected="one table of symbols (P1), of totals alone (P), or both",
                        got=str([t.name for t in found]), where=payload.name)  # fmt: skip
    ends = {period_end(_period(table.name, payload)) for table in found if "DT" not in table.fields}
    if len(ends) > 1:
        raise ReadError("stale_sheet", expected="one quarter", got=str(sorted(ends)), where=payload.name)
    stated = max(ends, default=None)
    rows, doubts, printed = list[tuple[object, ...]](), Doubts[str](), sum(len(t.rows) for t in found)
    for one in found:
        for number, record in enumerate(one.records(), start=1):
            with doubts.about(f"bank {record['REGN']}, symbol {record['CODE']}"):
                rows.append(_row(record, f"{one.name} record {number}", stated))
    schema = {"bank": pl.String, "symbol": pl.String, "rub": pl.Float64, "fx": pl.Float64, "total": pl.Float64}
    table = pl.DataFrame(rows, schema=schema | {"period_end": pl.Date, "where": pl.String}, orient="row")
    parts = {name: pl.col(name) for name in ("rub", "fx")}
    broken = identities.broken_rows(table, parts, "total", THOUSAND / 2, ["bank", "symbol"])
    for wrong in broken.iter_rows(named=True):
        doubts.errors[f"bank {wrong['bank']}, symbol {wrong['symbol']}"] = identities.contradiction(wrong)
    table = table.join(broken.select("where"), on="where", how="anti", maintain_order="left").drop("where")
    aside = doubts.within(printed)
    if table.select("bank", "symbol").is_duplicated().any():
        raise ReadError("duplicate_row", expected="one row for each symbol of a bank", got="two", where=found[0].name)
    end, notes = forms.month_and_notes(table)
    if aside:
        notes.append("control sums not checked: rows of theirs are set aside")
    if blank := table["total"].null_count():
        notes.append(f"{blank} symbols are not disclosed")
    release = Release(PRODUCT, f"{end:%Y-%m}", title="Form 102, profit and loss by bank", language="ru", currency="RUB")
    sums = [] if aside else [_control(one, tables) for one in found]
    return Reading(release, table, _results(table), notes=notes, set_aside=aside,
                   identities=pl.concat([identities.none(), *sums]))  # fmt: skip


def _results(table: pl.DataFrame) -> pl.DataFrame:
    """Results of each bank that discloses both symbols of a pair, RUB, from January on."""
    parts = [pl.DataFrame(schema=dict(OBSERVATION))]
    symbols = set(table["symbol"])
    for (measure, product), pairs in RESULTS.items():
        plus, minus = next((pair for pair in pairs if symbols.issuperset(pair)), pairs[0])
        added, taken = (
            table.filter(symbol=symbol).select("bank", "period_end", "total").drop_nulls() for symbol in (plus, minus)
        )
        both = added.join(taken, on=["bank", "period_end"], suffix="_taken")
        made = forms.of_banks(both.with_columns(value=pl.col("total") - pl.col("total_taken")))
        quarter = pl.col("period_end").dt.month() % 3 == 0
        made = made.select("counterpart_area", "period_end", "value", precision=pl.lit(float(THOUSAND)),
                           freq=pl.when(quarter).then(pl.lit("Q")).otherwise(pl.lit("M")))  # fmt: skip
        fixed = {"dataset": "bank_profit", "ref_area": "RUS", "basis": "ytd", "definition": "FORM_102"}
        fixed |= {"measure": measure, "product_code": product, "currency": "ALL", "unit": "RUB"}
        parts.append(observations(made, **fixed))
    return pl.concat(parts)


def _control(found: dbf.Table, tables: Sequence[dbf.Table]) -> pl.DataFrame:
    """The columns must make the control sums that come in the same archive (QYYYYSP1), thousand roubles: as terms."""
    columns = {"ITOGO": "CONT_SUM"} if "ITOGO" in found.fields else dict(zip(AMOUNTS, CONTROL, strict=True))
    controls = [table for table in tables if set(table.fields) == set(columns.values())]
    made = [identities.none()]
    for control in (record for table in controls for record in table.records()):
        for field, total in columns.items():
            whole = forms.number(control[total], "a control sum", found.name)
            if whole is None:
                continue
            figures = [*(float(record.get(field) or 0) for record in found.records()), float(whole)]
            last = pl.int_range(pl.len()) == len(figures) - 1
            terms = pl.DataFrame({"value": figures}).select(
                identity=pl.lit(f"{field} = {total}"), code=pl.lit("sum_mismatch"), relation=pl.lit("="),
                sign=pl.when(last).then(-1).otherwise(1), value="value", half=pl.lit(0.0), where=pl.lit(found.name),
            )  # fmt: skip
            made.append(terms.cast(dict(TERM)))  # type: ignore[arg-type]
    return pl.concat(made)


def _period(name: str, payload: Payload) -> str:
    if stated := payload.options.get("period"):
        return stated
    if match := _QUARTER.fullmatch(name):
        return f"{match[2]}-{int(match[1]) * 3:02}"
    if match := _MONTH.fullmatch(name):
        return f"{match[2]}-{match[1]}"
    raise ReadError("no_date", expected="a name such as 42012_P1.DBF or 052026_P1.DBF, or --option period=2026-05",
                    got=repr(name), where=payload.name)  # fmt: skip


def _row(record: Mapping[str, str], where: str, stated: date | None) -> tuple[object, ...]:
    """bank, symbol, rub, fx, total, period_end (that of the row, or else the one that was `stated`), where."""
    where = f"{where} (bank {record['REGN']}, symbol {record['CODE']})"
    bank = forms.bank(record["REGN"], where)
    if not record["CODE"].isdigit():
        raise ReadError("unknown_label", expected="a symbol", got=repr(record["CODE"]), where=where)
    rub, fx, total = (
        forms.number(next((record[field] for field in fields if field in record), ""), "thousand roubles", where)
        for fields in (("SIM_R",), ("SIM_V",), ("SIM_ITOGO", "ITOGO"))
    )
    parts = [part for part in (rub, fx) if part is not None]  # one that is empty is nothing; both are empty in sums
    if total is None and (parts or "DT" not in record):
        raise ReadError("not_a_number", expected="a total", got="an empty field", where=where)
    end = closed_month(record["DT"], where, "yyyymmdd") if "DT" in record else stated
    return bank, record["CODE"], *(None if n is None else float(n * THOUSAND) for n in (rub, fx, total)), end, where
