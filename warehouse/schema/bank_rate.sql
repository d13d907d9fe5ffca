-- Average rates that Russian banks agreed in the month: one row per month, product, maturity and currency.
-- Key: period_end, area, product, maturity, currency.
-- period_end: Last day of the month
-- area: RUS
-- product: HOUSEHOLD_LOANS, ORGANISATION_LOANS, HOUSEHOLD_DEPOSITS, ORGANISATION_DEPOSITS
-- maturity: TO_1_YEAR or OVER_1_YEAR
-- currency: Currency of the loans or deposits
-- rate: Weighted average, percent a year («Средневзвешенные процентные ставки»)
-- vintage_date: Day it became public
CREATE MACRO bank_rate_as_of(d) AS TABLE
SELECT o.period_end, s.ref_area AS area, s.product_code AS product, s.definition AS maturity, s.currency, o.value AS rate,
    o.vintage_date
FROM observation_as_of(known_on(d, 'bank_rate')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'bank_rate' AND s.measure = 'rate' AND s.adjustment = 'N'
ORDER BY ALL;
