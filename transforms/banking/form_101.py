"""Form 101: balances of every Russian bank by account of the second order, thousand roubles. DBF, full (MMYYYYB1) or
short (MMYYYY_B).

Table: one row a bank, chart (`plan`), account and side; opening and closing balance and turnovers in RUB, split into
roubles and foreign currency (`_rub`, `_fx`, `_all`); the short form has `closing_all` alone. An archive may hold both,
each with its own banks. Observations: closing balances of the accounts of overdue loans (458xx) by bank, and of the
loans not overdue (441 to 457, one sum for each borrower), so that overdue debt by bank can be added up and divided;
provisions for both (accounts NNN15 and 45818) and the sum of assets of chapter А, without what branches owe each other
(303) and expenses (706 to 708), which are no assets. The chart of accounts in the archive (NAMES) gives the printed
titles of accounts. In the full form each chart of each bank ends with totals (ITGAP) that its accounts must make, and
each row adds up; in the short one assets equal liabilities. Exactly.

Since June 2023 accounts are combined before they are published, and the columns by kind of currency stand empty:
opening and closing balances of all currencies are left, and no turnovers. A bank counts where its assets equal its
liabilities in each chart, or its printed totals hold; another one is set aside. Of such a form overdue loans alone make
series: other accounts may be parts of what has been combined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from transforms import identities
from transforms.banking import dbf, forms
from transforms.banking.days import closed_month
from transforms.banking.doubts import SHARE, Doubts
from transforms.model import TERM, Payload, ReadError, Reading, Release, SetAside, observations

PRODUCT, SOURCE, EXTENSION = "cbr.form_101", "cbr", "dbf"
FIELDS = ("REGN", "PLAN", "NUM_SC", "A_P", "VR", "VV", "VITG", "ORA", "OVA", "OITGA", "ORP", "OVP", "OITGP", "IR", "IV",
          "IITG", "DT", "PRIZ")  # fmt: skip
SHORT = ("REGN", "PLAN", "NUM_SC", "ITOGO", "A_P", "DT")
REDUCED = ("REGN", "PLAN", "NUM_SC", "A_P", "VITG", "IITG", "DT")  # among others; VC, VG, VM, IC, IG, IM stand empty
AMOUNTS = {
    "VR": "opening_rub", "VV": "opening_fx", "VITG": "opening_all", "ORA": "debit_rub", "OVA": "debit_fx",
    "OITGA": "debit_all", "ORP": "credit_rub", "OVP": "credit_fx", "OITGP": "credit_all", "IR": "closing_rub",
    "IV": "closing_fx", "IITG": "closing_all",
}  # fmt: skip
THOUSAND = 1000
CAPITAL = ("102", "106", "107", "108")  # own funds, kept in roubles alone: they tell exchanged columns
OVERDUE = "458"  # accounts of overdue loans: 45811 ... companies, 45815 and 45817 individuals
LOANS = r"^4(4[1-9]|5[0-7])(0[1-9]|1[0-4])$"  # loans by borrower (441-457) and term; from 15 on provisions, adjustments
PROVISIONS = r"^(4(4[1-9]|5[0-7])15|45818)$"  # for loans by borrower (44115 to 45715), for overdue ones (45818)
NO_ASSETS = ("303", "706", "707", "708")
SIDES = {"1": "asset", "2": "liability"}
OTHER_SIDE = {"asset": "liability", "liability": "asset"}
TOTAL = "ITGAP"
KEYS = ("bank", "plan", "account", "side")
CHART_OF = ("bank", "plan", "side")
CHART = ("PLAN", "NUM_SC", "NAME", "TYPE")
Chart = tuple[str, str, str]  # bank, plan, side
CHAPTERS = ("А", "Б", "В", "Г", "Д")  # of the chart of accounts; Cyrillic
PIECES = "Д"  # chapter of securities in deposit: not split by currency, both columns stand at zero


def recognise(payload: Payload) -> bool:
    """Is there a table of balances, or else one that belongs to a form and holds no figures (refused by `read`)?"""
    names = dbf.field_names(payload)
    balances = any(fields == SHORT or set(REDUCED) <= set(fields) for fields in names)
    return balances or (bool(names) and all(map(dbf.companion, names)))


def read(payload: Payload) -> Reading:
    """The balances of one month. Raises ReadError with bank, chart and account."""
    tables = dbf.tables(payload)
    dbf.refuse_companion(tables, payload.name)
    found = [(table, form) for table in tables if (form := _form(table.fields))]
    if any(form is REDUCED_FORM for _, form in found):
        found = [(table, form) for table, form in found if form is REDUCED_FORM]
    kinds = sorted(form.closing for _, form in found)
    if len(set(kinds)) < len(kinds) or not kinds:
        raise ReadError("unknown_sheet", expected="one table of balances (B1), of short ones (_B), or both",
                        got=str([t.name for t, _ in found]), where=payload.name)  # fmt: skip
    doubts = Doubts[str]()
    balances = [_balances(table, form, doubts) for table, form in found]
    rows, name = pl.concat([own for own, _ in balances]), found[0][0].name
    terms, banks = pl.concat([own for _, own in balances]), {*rows["bank"], *doubts.errors}
    if found[0][1] is not REDUCED_FORM:
        return _reading(rows, terms, doubts, doubts.within(len(banks)), name, _names(tables))
    if len(doubts.errors) > max(1, SHARE * len(banks)) or len(doubts.errors) == len(banks):
        first = next(iter(doubts.errors.values()))
        raise ReadError("too_many_set_aside", expected="charts that balance: accounts combined, none left out",
                        got=f"{len(doubts.errors)} of {len(banks)} banks otherwise; {first}",
                        where=name, hint="What is left out is not known, so nothing is read.")  # fmt: skip
    return _reading(rows, terms, doubts, doubts.rows(), name, _names(tables), ("overdue",))


@dataclass(frozen=True)
class Form:
    """What a table of balances prints."""

    closing: str  # field of the closing balance
    amounts: Mapping[str, str]  # field -> column of the table; every one is a figure
    blank: Mapping[str, str] = field(default_factory=dict)  # the same of those that may stand empty
    totals: bool = False  # do totals end every chart?


FULL_FORM, SHORT_FORM = Form("IITG", AMOUNTS, totals=True), Form("ITOGO", {"ITOGO": "closing_all"})
REDUCED_FORM = Form("IITG", {"IITG": "closing_all"}, {"VITG": "opening_all"})


def _form(fields: Sequence[str]) -> Form | None:
    if fields in (FIELDS, SHORT):
        return FULL_FORM if fields == FIELDS else SHORT_FORM
    return REDUCED_FORM if set(REDUCED) <= set(fields) else None


def _balances(found: dbf.Table, form: Form, doubts: Doubts[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The accounts of one table, and the sums of its charts; a bank is doubted whole of which one account cannot be
    read, or does not add up. Banks that report short are in a table of their own."""
    rows: list[dict[str, object]] = []
    totals: dict[Chart, float] = {}
    for number, record in enumerate(found.records(), start=1):
        where = f"{found.name} record {number} (bank {record['REGN']}, account {record['NUM_SC']})"
        bank = forms.bank(record["REGN"], where)
        with doubts.about(bank):
            closing = _number(record[form.closing], where)
            _check_labels(record, where)
            if record["NUM_SC"] == TOTAL:
                totals[bank, record["PLAN"], SIDES[record["A_P"]]] = closing
                continue
            if not record["NUM_SC"].isdigit() and form is not REDUCED_FORM:
                raise ReadError("unknown_label", expected="an account number", got=repr(record["NUM_SC"]), where=where)
            amounts = {name: _number(record[field], where) for field, name in form.amounts.items()}
            for field, name in form.blank.items():
                figure = forms.number(record[field], "thousand roubles", where)
                amounts |= {} if figure is None else {name: float(figure * THOUSAND)}
            rows.append(_keys(record, bank, where) | dict.fromkeys(AMOUNTS.values()) | amounts)
    frame = _frame(rows)
    if form is not REDUCED_FORM:  # its turnovers are not printed
        _check_rows(frame, doubts)
    return frame, _charts(frame, ({} if form.totals else _other_sides(frame)) | totals, found.name, doubts)


def _keys(record: Mapping[str, str], bank: str, where: str) -> dict[str, object]:
    return {"bank": bank, "plan": record["PLAN"], "account": record["NUM_SC"], "side": SIDES[record["A_P"]],
            "period_end": closed_month(record["DT"], where, "yyyymmdd"), "where": where}  # fmt: skip


def _frame(rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    schema = dict.fromkeys(KEYS, pl.String()) | {"period_end": pl.Date(), "where": pl.String()}
    return pl.DataFrame(rows, schema=schema | dict.fromkeys(AMOUNTS.values(), pl.Float64()))


def _check_labels(record: Mapping[str, str], where: str) -> None:
    if record["A_P"] not in SIDES or record["PLAN"] not in CHAPTERS:
        raise ReadError("unknown_label", expected=f"side 1 or 2, a chapter of {CHAPTERS}",
                        got=f"{record['A_P']!r}, chapter {record['PLAN']!r}", where=where)  # fmt: skip


def _names(tables: Sequence[dbf.Table]) -> dict[str, str]:
    """Account of chapter А -> name in the chart of accounts (NAMES) that comes with the balances; empty without it.

    An account of the second order is named after its first: 45815 is "Просроченная задолженность ...: Гражданам".
    """
    charts = (table for table in tables if table.fields == CHART)
    names = {r["NUM_SC"]: " ".join(r["NAME"].split()) for table in charts for r in table.records() if r["PLAN"] == "А"}
    return {
        account: f"{names[account[:3]]}: {name}" if len(account) == 5 and account[:3] in names else name
        for account, name in names.items()
    }


def _check_rows(frame: pl.DataFrame, doubts: Doubts[str]) -> None:
    """Roubles and foreign currency make each total, own funds have roubles alone, and turnovers lead from opening to
    closing: exactly, as in the 134,865 records of 1 December 2015. A bank of which one does not is doubted."""
    capital = (pl.col("plan") == CHAPTERS[0]) & pl.col("account").str.contains(f"^({'|'.join(CAPITAL)})")
    sign = pl.when(pl.col("side") == "asset").then(1).otherwise(-1)
    turnover = {"opening_all": pl.col("opening_all"), "debit_all": pl.col("debit_all") * sign,
                "credit_all": pl.col("credit_all") * -sign}  # fmt: skip
    wrong = [identities.broken_rows(frame, turnover, "closing_all", 0.0, ["bank"])]
    for when in ("opening", "debit", "credit", "closing"):
        parts = {f"{when}_{kind}": pl.col(f"{when}_{kind}") for kind in ("rub", "fx")}
        split = (pl.col("plan") != PIECES) | (pl.sum_horizontal(parts.values()) != 0)
        wrong.append(identities.broken_rows(frame.filter(split), parts, f"{when}_all", 0.0, ["bank"]))
        nothing = {"nothing": pl.lit(0.0)}
        wrong.append(identities.broken_rows(frame.filter(capital), nothing, f"{when}_fx", 0.0, ["bank"]))
    for broken in pl.concat(wrong).iter_rows(named=True):
        doubts.errors.setdefault(broken["bank"], identities.contradiction(broken))


def _number(printed: str, where: str) -> float:
    """A figure in roubles; every one is whole."""
    figure = forms.number(printed, "thousand roubles", where)
    if figure is None:
        raise ReadError("not_a_number", expected="thousand roubles", got="an empty field", where=where)
    return float(figure * THOUSAND)


def _other_sides(frame: pl.DataFrame) -> dict[Chart, float]:
    """What the accounts of the other side of each chart make: where no totals are printed, a balance sheet balances."""
    made = {(b, p, s): v for b, p, s, v in frame.group_by(*CHART_OF).agg(pl.col("closing_all").sum()).iter_rows()}
    return {chart: made.get((*chart[:2], OTHER_SIDE[chart[2]]), 0.0) for chart in made}


def _charts(frame: pl.DataFrame, totals: Mapping[Chart, float], where: str, doubts: Doubts[str]) -> pl.DataFrame:
    """Accounts make the totals of each bank, chart and side: the terms of these sums. A bank of which they do not is
    doubted."""
    charts = set(frame.select(CHART_OF).iter_rows())
    if missing := {chart for chart in charts - set(totals) if chart[0] not in doubts.errors}:
        raise ReadError("truncated", expected="a total for every bank, chart and side",
                        got=f"none for {sorted(missing)[:3]}", where=where)  # fmt: skip
    whole = [(*chart, total, -1) for chart, total in totals.items()]
    whole += [(*chart, 0.0, 1) for chart in totals if chart not in charts]  # no account is nothing
    columns = [*CHART_OF, "closing_all", "sign"]
    terms = pl.concat([frame.select(*CHART_OF, "closing_all", sign=pl.lit(1, pl.Int64)),
                       pl.DataFrame(whole, schema=columns, orient="row", infer_schema_length=None)])  # fmt: skip
    said = pl.format("accounts of bank {}, chart {}, side {}", *CHART_OF)
    made = terms.select(
        "bank", identity=said, code=pl.lit("sum_mismatch"), relation=pl.lit("="), sign="sign", value="closing_all",
        half=pl.lit(0.0), where=pl.lit(where),
    ).cast(dict(TERM))  # type: ignore[arg-type]  # fmt: skip
    banks = made.select("identity", "bank").unique()
    for broken in identities.broken(made).join(banks, on="identity", maintain_order="left").iter_rows(named=True):
        doubts.errors.setdefault(broken["bank"], identities.contradiction(broken))
    return made


def _reading(
    rows: pl.DataFrame,
    terms: pl.DataFrame,
    doubts: Doubts[str],
    aside: Sequence[SetAside],
    name: str,
    names: Mapping[str, str],
    measures: Sequence[str] = ("overdue", "debt", "provisions", "assets"),
) -> Reading:
    """The banks that are not doubted."""
    kept = ~pl.col("bank").is_in(list(doubts.errors))
    table = rows.filter(kept).drop("where")
    if table.select(*KEYS, "period_end").is_duplicated().any():
        raise ReadError("duplicate_row", expected="one row for each account of a bank", got="two", where=name)
    end, notes = forms.month_and_notes(table)
    made = pl.concat([_amounts(table, measure) for measure in measures])
    named = pl.col("measure").is_in(["overdue", "debt"])
    titles = pl.when(named).then(pl.col("product_code").replace_strict(names, default=None, return_dtype=pl.String))
    made = made.with_columns(native_title=titles)
    release = Release(PRODUCT, f"{end:%Y-%m}", title="Form 101, balances by bank", language="ru", currency="RUB")
    return Reading(release, table, made, notes=notes, identities=terms.filter(kept).drop("bank"),
                   set_aside=tuple(replace(row, row=f"bank {row.row}") for row in aside))  # fmt: skip


CHOSEN = {
    "overdue": (pl.col("side") == "asset") & pl.col("account").str.starts_with(OVERDUE),
    "debt": (pl.col("side") == "asset") & pl.col("account").str.contains(LOANS),
    "provisions": (pl.col("side") == "liability") & pl.col("account").str.contains(PROVISIONS),
    "assets": (pl.col("side") == "asset")
    & (pl.col("plan") == CHAPTERS[0])
    & ~pl.col("account").str.contains(f"^({'|'.join(NO_ASSETS)})"),
}
"""Rows of each measure."""
DEFINITIONS = {
    "overdue": "RAS_OVERDUE",
    "debt": "RAS_NOT_OVERDUE",
    "provisions": "RAS_PROVISIONS",
    "assets": "RAS_BALANCE_SHEET",
}


def _amounts(table: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Closing balances: `overdue` by account, `debt` that is not overdue and `provisions` by the first three digits
    (455, 458), `assets` of chapter А in all."""
    account = pl.col("account")
    rows = table.filter(CHOSEN[measure])
    if measure == "assets":
        rows = rows.with_columns(account=pl.lit("TOTAL"))
    elif measure != "overdue":
        rows = rows.with_columns(account.str.head(3))
    currencies = (("RUB", "closing_rub"), ("FX", "closing_fx"), ("ALL", "closing_all"))
    parts = [
        rows.group_by("bank", "period_end", product_code="account", maintain_order=True)
        .agg(value=pl.col(column).sum(), known=pl.col(column).is_not_null().all(), precision=pl.len() * (THOUSAND / 2))
        .filter("known").drop("known").with_columns(currency=pl.lit(currency))
        for currency, column in (currencies if measure in ("overdue", "debt") else currencies[2:])
    ]  # fmt: skip
    frame = forms.of_banks(pl.concat(parts))
    dataset = "bank_overdue" if measure in ("overdue", "debt") else "bank_balance"
    return observations(frame, dataset=dataset, ref_area="RUS", measure=measure, basis="stock",
                        definition=DEFINITIONS[measure], unit="RUB")  # fmt: skip
