-- Funds that Russian banks hold for budgets and clients: one row per month end, area, kind and currency.
-- period_end: Last day of the month; the publisher dates it by the day after
-- area: RUS, a federal district (RUS_FD_...) or a region (ISO 3166-2)
-- kind: BUDGET and its parts; DEPOSIT_HOUSEHOLD, DEPOSIT_HOUSEHOLD_EXCL_ESCROW, ESCROW_HOUSEHOLD, DEPOSIT_CORPORATE ...
-- currency: RUB, FX (in rouble equivalent, with precious metals), ALL
-- funds: RUB («Остатки бюджетных средств на счетах», «Вклады (депозиты) физических лиц»)
-- vintage_date: Day it became public
-- ref_area: Old name of area; goes with the next version
CREATE MACRO bank_funds_as_of(d) AS TABLE
SELECT o.period_end, s.ref_area AS area, s.product_code AS kind, s.currency, o.value AS funds, o.vintage_date,
    s.ref_area
FROM observation_as_of(known_on(d, 'bank_funds')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'bank_funds'
ORDER BY ALL;
