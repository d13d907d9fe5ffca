"""One good file of every banking product, to be spoiled by banking_faults.py: made where it is asked for, not while all
tests are listed."""

from __future__ import annotations

from collections.abc import Callable

from tests.transforms.banking import books
from tests.transforms.banking.test_regional_books import FILES, WEIGHTS, module
from tests.transforms.corporate_debt_by_rate import test_corporate_debt_by_rate as by_rate
from tests.transforms.data_service import test_data_service as service
from tests.transforms.data_service_table import test_data_service_ex as ex
from tests.transforms.data_service_table import test_data_service_table as older
from tests.transforms.dated import test_dated as dated
from tests.transforms.form_101 import test_form_101 as balances
from tests.transforms.form_102 import test_form_102 as results
from tests.transforms.form_123 import test_form_123 as capital
from tests.transforms.form_135 import test_form_135 as ratios
from tests.transforms.fx_daily import test_fx_daily as daily
from tests.transforms.fx_dynamic import test_fx_dynamic as dynamic
from tests.transforms.fx_export import test_fx_export as export
from tests.transforms.fx_soap import test_fx_soap as soap
from tests.transforms.household_lending_risk import test_household_lending_risk as risk
from tests.transforms.key_rate import test_key_rate as key
from tests.transforms.loan_portfolio import test_loan_portfolio as portfolio
from tests.transforms.loans_by_activity import test_loans_by_activity as activity
from tests.transforms.loans_by_area import test_loans_by_area as by_area
from tests.transforms.loans_by_area_activity import test_loans_by_area_activity as by_both
from tests.transforms.loans_by_district_activity import test_loans_by_district_activity as by_district
from tests.transforms.mortgage import test_mortgage as national
from tests.transforms.mortgage_by_lender import test_mortgage_by_lender as by_lender
from tests.transforms.mortgage_ihc import test_mortgage_ihc as houses
from tests.transforms.rates_by_term import test_rates_by_term as by_term
from tests.transforms.reports.test_signals import BULLETIN_EN, NOTE_EN
from tests.transforms.sector_loans import test_sector_loans as sector
from tests.transforms.sme_302_19 import test_sme_302_19 as sme
from tests.transforms.sme_borrowers import test_sme_borrowers as borrowers
from transforms.banking import (
    data_service,
    data_service_table,
    form_101,
    form_102,
    household_lending_risk,
    key_rate,
    loans_by_activity,
    rates_by_term,
)
from transforms.products import Product
from transforms.reports import narrative

household_debt = books.product("household_debt")
budget_funds = books.product("budget_funds")
funds_by_area = books.product("funds_by_area")
loans_by_area = books.product("loans_by_area")
mortgage = books.product("mortgage")
mortgage_debt = books.product("mortgage_debt")
mortgage_ihc = books.product("mortgage_ihc")
mortgage_scpa = books.product("mortgage_scpa")
loan_portfolio = books.product("loan_portfolio")
sector_loans = books.product("sector_loans")
mortgage_scpa_debt = books.product("mortgage_scpa_debt")

_WEIGHTS = {"debt": 10, "overdue": 1, "acquired_claims": 3, "debt_incl_acquired": 13}
Original = tuple[Product, Callable[[], bytes]]
BY_AREA: dict[str, Original] = {  # roubles + foreign currency = total, and parts = wholes: every cell is checked
    "household_debt": (household_debt, lambda: books.regional(household_debt.layout, _WEIGHTS, months=2)),
    "mortgage_debt": (mortgage_debt, lambda: books.regional(mortgage_debt.layout, _WEIGHTS, months=2)),
    "mortgage_scpa_debt": (mortgage_scpa_debt, lambda: books.regional(mortgage_scpa_debt.layout, _WEIGHTS, months=1)),
    "loans_by_area": (loans_by_area, lambda: by_area.book("debt")),
    "funds_by_area": (funds_by_area, lambda: by_area.book("deposits")),
    "loans_by_area_activity": (books.product("loans_by_area_activity"), by_both.book),
    "sme_302_19": (books.product("sme_302_19"), sme.book),
    **{
        name: (
            module(name),
            lambda name=name: books.regional(
                module(name).layout, WEIGHTS, months=1, blank_first_row=name != "sme_debt"
            ),
        )
        for name in FILES
        if name != "mortgage_rates"
    },
}
BOOKS: dict[str, Original] = {  # some cells are checked by sums, rates and terms by nothing
    "mortgage": (mortgage, national.book),
    "mortgage_scpa": (mortgage_scpa, lambda: national.book(mortgage_scpa)),
    "mortgage_ihc": (mortgage_ihc, houses.book),
    "loan_portfolio": (loan_portfolio, portfolio.book),
    "sector_loans": (sector_loans, sector.book),
    "corporate_debt_by_rate": (books.product("corporate_debt_by_rate"), by_rate.book),
    "loans_by_activity": (loans_by_activity, lambda: activity.book("01_02_A")),
    "loans_by_district_activity": (books.product("loans_by_district_activity"), by_district.book),
    "sme_borrowers": (books.product("sme_borrowers"), borrowers.book),
    "mortgage_by_lender": (books.product("mortgage_by_lender"), by_lender.book),
    "mortgage_rates": (
        module("mortgage_rates"),
        lambda: books.regional(module("mortgage_rates").layout, WEIGHTS, months=1),
    ),
    "fx_export": (books.product("fx_export"), export.book),
    "rates_by_term": (rates_by_term, by_term.book),
    "budget_funds": (budget_funds, houses.budget_book),
    "ruonia": (books.product("ruonia"), dated.ruonia_book),
    "inflation": (books.product("inflation"), dated.inflation_book),
}
_CNY = daily.valute("CNY", 10, "148,1340", "<VunitRate>14,8134</VunitRate>")
_RATES = (("2025-12-05", "R01235", "1", "76.9708"), ("2025-12-13", "R01235", "1", "79.7296"))
_OWN = (600, 0, 600, 200, 0, 200, 100, 0, 100, 500, 0, 500)  # capital that fell and rose, in roubles
_BALANCES = balances.table(
    form_101.FIELDS,
    [*balances.ROWS[:4], (1, "А", "10207", 2, *_OWN, "20151201", 1), balances.full(1, "А", "ITGAP", 2, 1500)],
)
BYTES: dict[str, Original] = {
    "fx_daily": (
        books.product("fx_daily"),
        lambda: daily.page(_CNY, daily.valute("USD", 1, "79,7296", "<VunitRate>79,7296</VunitRate>")),
    ),
    "fx_dynamic": (books.product("fx_dynamic"), lambda: dynamic.GOOD),
    "fx_soap": (books.product("fx_soap"), lambda: soap.dynamic(*_RATES)),
    "key_rate page": (key_rate, key.page),
    "key_rate SOAP": (key_rate, key.soap),
    "key_rate export": (key_rate, key.export),
    "household_lending_risk": (household_lending_risk, lambda: risk.page(risk.rows_of("2017"))),
    "data_service": (data_service, lambda: service.answer([service.row()], [service.link()])),
    "data_service_table": (data_service_table, lambda: older.answer(older.row())),
    "data_service_table by dataEx": (
        data_service_table,
        lambda: ex.content(ex.ex(), ex.ex(measure_2_id=9, value=14.15)),
    ),
    "form_101": (form_101, lambda: _BALANCES),
    "form_102": (form_102, lambda: results.table(results.WIDE, results.ROWS)),
    "form_123": (books.product("form_123"), capital.archive),
    "form_135": (books.product("form_135"), lambda: capital.zipped(ratios.members())),
    "repo_auctions": (books.product("repo_auctions"), dated.repo_page),
    "bank_liquidity": (books.product("bank_liquidity"), dated.liquidity_page),
    "narrative": (narrative, lambda: (NOTE_EN + BULLETIN_EN).encode()),
}
if not balances.without_libarchive():
    BYTES["form_101 in RAR"] = (form_101, lambda: balances.rar(("112015B1.DBF", _BALANCES)))
