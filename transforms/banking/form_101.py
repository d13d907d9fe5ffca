"""Form 101: balances of every Russian bank by account of the second order, thousand roubles. DBF, full (MMYYYYB1) or
short (MMYYYY_B).

Table: one row a bank, chart (`plan`), account and side; opening and closing balance and turnovers in RUB, split into
roubles and foreign currency (`_rub`, `_fx`, `_all`); the short form has `closing_all` alone. An archive may hold both,
each with its own banks. Observations: closing
balances of the accounts of overdue loans (458xx) by bank, and of the loans not overdue (441 to 457, one sum for each
borrower), so that overdue debt by bank can be added up and divided. In the full
form each chart of each bank ends with totals (ITGAP) that its accounts must make; in the short one assets must equal
liabilities. Exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

import polars as pl

from transforms.banking import dbf
from transforms.model import Payload, ReadError, Reading, Release, observations

PRODUCT, SOURCE, EXTENSION = "cbr.form_101", "cbr", "dbf"
FIELDS = ("REGN", "PLAN", "NUM_SC", "A_P", "VR", "VV", "VITG", "ORA", "OVA", "OITGA", "ORP", "OVP", "OITGP", "IR", "IV",
          "IITG", "DT", "PRIZ")  # fmt: skip
SHORT = ("REGN", "PLAN", "NUM_SC", "ITOGO", "A_P", "DT")
AMOUNTS = {
    "VR": "opening_rub", "VV": "opening_fx", "VITG": "opening_all", "ORA": "debit_rub", "OVA": "debit_fx",
    "OITGA": "debit_all", "ORP": "credit_rub", "OVP": "credit_fx", "OITGP": "credit_all", "IR": "closing_rub",
    "IV": "closing_fx", "IITG": "closing_all",
}  # fmt: skip
THOUSAND = 1000
OVERDUE = "458"  # accounts of overdue loans: 45811 ... companies, 45815 and 45817 individuals
LOANS = r"^4(4[1-9]|5[0-7])(0[1-9]|1[0-4])$"  # loans by borrower (441-457) and term; from 15 on provisions, adjustments
SIDES = {"1": "asset", "2": "liability"}
OTHER_SIDE = {"1": "2", "2": "1"}
TOTAL = "ITGAP"
Chart = tuple[str, str, str]  # bank, plan, side


def recognise(payload: Payload) -> bool:
    """Is there a table of balances, or else one that belongs to a form and holds no figures (refused by `read`)?"""
    names = dbf.field_names(payload)
    return not {FIELDS, SHORT}.isdisjoint(names) or (bool(names) and set(names) <= set(dbf.COMPANIONS))


def read(payload: Payload) -> Reading:
    """The balances of one month. Raises ReadError with bank, chart and account."""
    tables = dbf.tables(payload)
    dbf.refuse_companion(tables, payload.name)
    found = [table for table in tables if table.fields in (FIELDS, SHORT)]
    forms = sorted(table.fields == SHORT for table in found)
    if forms not in ([False], [True], [False, True]):
        raise ReadError("unknown_sheet", expected="one table of balances (B1), of short ones (_B), or both",
                        got=str([t.name for t in found]), where=payload.name)  # fmt: skip
    rows = [row for table in found for row in _balances(table)]
    return _reading(rows, found[0].name)


def _balances(found: dbf.Table) -> list[dict[str, object]]:
    """The accounts of one table, whose totals hold. Banks that report short are in a table of their own."""
    full = found.fields == FIELDS
    rows: list[dict[str, object]] = []
    totals: dict[Chart, Decimal] = {}
    sums: dict[Chart, Decimal] = {}
    for number, record in enumerate(found.records(), start=1):
        where = f"{found.name} record {number} (bank {record['REGN']}, account {record['NUM_SC']})"
        chart = (record["REGN"], record["PLAN"], record["A_P"])
        closing = _number(record["IITG" if full else "ITOGO"], where)
        if record["A_P"] not in SIDES:
            raise ReadError("unknown_label", expected="1 or 2", got=repr(record["A_P"]), where=where)
        if record["NUM_SC"] == TOTAL:
            totals[chart] = closing
            continue
        if not record["NUM_SC"].isdigit():
            raise ReadError("unknown_label", expected="an account number", got=repr(record["NUM_SC"]), where=where)
        sums[chart] = sums.get(chart, Decimal(0)) + closing
        rows.append(_row(record, full, where))
    if not full:  # no totals are printed; a balance sheet balances
        totals = {(bank, plan, OTHER_SIDE[side]): value for (bank, plan, side), value in sums.items()}
    _check_totals(totals, sums, found.name)
    return rows


def chart_of_accounts(payload: Payload) -> pl.DataFrame:
    """NAMES.DBF: plan, account, name, type. Names of more than one record are joined in order."""
    wanted = ("PLAN", "NUM_SC", "NAME", "TYPE")
    found = next((table for table in dbf.tables(payload) if table.fields == wanted), None)
    if found is None:
        raise ReadError("unrecognised", expected=f"a table of {wanted}", got="none", where=payload.name)
    rows = [(r["PLAN"], r["NUM_SC"], r["NAME"], r["TYPE"]) for r in found.records()]
    return pl.DataFrame(rows, schema=["plan", "account", "name", "type"], orient="row")


def _row(record: Mapping[str, str], full: bool, where: str) -> dict[str, object]:
    fields = AMOUNTS if full else {"ITOGO": "closing_all"}
    row: dict[str, object] = {"bank": record["REGN"], "plan": record["PLAN"], "account": record["NUM_SC"]}
    row |= {"side": SIDES[record["A_P"]], "period_end": _day(record["DT"], where)}
    amounts = {name: float(_number(record[field], where) * THOUSAND) for field, name in fields.items()}
    return row | dict.fromkeys(AMOUNTS.values()) | amounts


def _number(printed: str, where: str) -> Decimal:
    try:
        return Decimal(printed)
    except InvalidOperation as error:
        raise ReadError("not_a_number", expected="thousand roubles", got=repr(printed), where=where) from error


def _check_totals(totals: Mapping[Chart, Decimal], sums: Mapping[Chart, Decimal], where: str) -> None:
    if missing := set(sums) - set(totals):
        raise ReadError("truncated", expected="a total for every bank, chart and side",
                        got=f"none for {sorted(missing)[:3]}", where=where)  # fmt: skip
    for (bank, plan, side), total in totals.items():
        accounts = sums.get((bank, plan, side), Decimal(0))
        if accounts != total:
            raise ReadError("sum_mismatch", expected=f"accounts of bank {bank}, chart {plan}, side {side} = {total}",
                            got=str(accounts), where=where)  # fmt: skip


def _day(printed: str, where: str) -> date:
    try:
        day = date.fromisoformat(f"{printed[:4]}-{printed[4:6]}-{printed[6:]}")
    except ValueError as error:
        raise ReadError("bad_period", expected="a date yyyymmdd", got=repr(printed), where=where) from error
    if day.day != 1:
        raise ReadError("bad_period", expected="the first of a month", got=printed, where=where)
    return day - timedelta(days=1)


def _reading(rows: list[dict[str, object]], name: str) -> Reading:
    schema = dict.fromkeys(("bank", "plan", "account", "side"), pl.String) | {"period_end": pl.Date}
    table = pl.DataFrame(rows, schema=schema | dict.fromkeys(AMOUNTS.values(), pl.Float64))
    if table.select("bank", "plan", "account", "side", "period_end").is_duplicated().any():
        raise ReadError("duplicate_row", expected="one row for each account of a bank", got="two", where=name)
    end = table["period_end"].max()
    assert isinstance(end, date)
    earlier = table.filter(pl.col("period_end") < end)["bank"].unique().sort().to_list()
    notes = [f"banks {', '.join(earlier)} report an earlier date"] if earlier else []
    made = pl.concat([_amounts(table, "overdue"), _amounts(table, "debt")])
    release = Release(PRODUCT, f"{end:%Y-%m}", title="Form 101, balances by bank", language="ru", currency="RUB")
    return Reading(release, table, made, notes=notes)


def _amounts(table: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Closing balances in the books of loans: `overdue` by account, `debt` that is not overdue by borrower (455)."""
    account = pl.col("account")
    chosen = account.str.starts_with(OVERDUE) if measure == "overdue" else account.str.contains(LOANS)
    rows = table.filter((pl.col("side") == "asset") & chosen)
    if measure == "debt":
        rows = rows.with_columns(account.str.head(3))
    parts = [
        rows.group_by("bank", "period_end", product_code="account", maintain_order=True)
        .agg(value=pl.col(column).sum(), known=pl.col(column).is_not_null().all(), precision=pl.len() * (THOUSAND / 2))
        .filter("known").drop("known").with_columns(currency=pl.lit(currency))
        for currency, column in (("RUB", "closing_rub"), ("FX", "closing_fx"), ("ALL", "closing_all"))
    ]  # fmt: skip
    frame = pl.concat(parts).with_columns(counterpart_area=pl.concat_str(pl.lit("BANK_"), "bank")).drop("bank")
    definition = "RAS_OVERDUE" if measure == "overdue" else "RAS_NOT_OVERDUE"
    return observations(frame, dataset="bank_overdue", ref_area="RUS", measure=measure, basis="stock",
                        definition=definition, unit="RUB")  # fmt: skip
