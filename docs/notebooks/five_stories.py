"""Five stories that the warehouse tells, as a marimo notebook: `marimo edit docs/notebooks/five_stories.py`."""

import marimo

app = marimo.App()


@app.cell
def setup():
    import os
    from pathlib import Path

    import duckdb
    import marimo as mo

    home = Path(os.environ.get("PORTVAULT_HOME", "data"))
    con = duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)

    def query(sql):
        return con.sql(sql).pl()

    mo.md("# Five stories")
    return mo, query


@app.cell
def month(mo, query):
    month_ = query("""
        SELECT basis, exports / 1e9 AS exports_bn, imports / 1e9 AS imports_bn, balance / 1e9 AS balance_bn,
            exports_growth_yoy
        FROM trade_total_as_of(DATE '2025-12-08')
        WHERE period_end = DATE '2025-11-30' AND currency = 'USD' ORDER BY basis
    """)
    mo.vstack(
        [
            mo.md("## The month as it was known on its day"),
            mo.md(
                "What customs said of November 2025 on 8 December: a day before, nobody knew it; later it was revised."
            ),
            month_,
        ]
    )
    return (month_,)


@app.cell
def partners(mo, query):
    partners_ = query("""
        SELECT partner, exports / 1e9 AS exports_bn, exports_growth_yoy FROM trade_by_partner_as_of(DATE '2025-12-31')
        WHERE period_end = DATE '2025-11-30' AND basis = 'month' AND currency = 'USD' AND exports IS NOT NULL
        ORDER BY exports DESC LIMIT 8
    """)
    mo.vstack(
        [
            mo.md("## Who no longer buys"),
            mo.md("Exports to the United States fell by more than a quarter within a year, while all exports grew."),
            partners_,
        ]
    )
    return (partners_,)


@app.cell
def revisions(mo, query):
    revisions_ = query("""
        SELECT vintage_date, value / 1e9 AS imports_bn, on_first / 1e9 AS on_first_bn
        FROM revision_triangle('trade_total:CHN.WORLD.import.TOTAL.value.month._.USD.USD.M.N')
        WHERE period_end = DATE '2025-12-31'
    """)
    mo.vstack(
        [
            mo.md("## How a figure was revised"),
            mo.md("Imports of December 2025, every value with the day on which it became public."),
            revisions_,
        ]
    )
    return (revisions_,)


@app.cell
def debt(mo, query):
    debt_ = query("""
        SELECT period_end, debt / 1e12 AS debt_trn, overdue / 1e12 AS overdue_trn,
            round(overdue_share_computed, 2) AS percent
        FROM household_loans WHERE area = 'RUS' AND currency = 'ALL' AND period_end <= DATE '2025-01-31'
        ORDER BY period_end DESC LIMIT 12
    """)
    mo.vstack(
        [
            mo.md("## Debt of Russian households"),
            mo.md("Loans and overdue loans in Russian accounting at the end of January 2025."),
            debt_,
        ]
    )
    return (debt_,)


@app.cell
def evidence(mo, query):
    evidence_ = query("""
        SELECT figure, what_it_is, cross_check FROM story_evidence WHERE item = 'bad_household_loans_rub'
    """)
    mo.vstack(
        [
            mo.md("## Whose 2.3 trillion it is"),
            mo.md("A number of the press, with who counted it, what it counts and the arithmetic behind it."),
            evidence_,
        ]
    )
    return (evidence_,)


if __name__ == "__main__":
    app.run()
