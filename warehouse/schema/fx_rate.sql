-- Official exchange rates of the Bank of Russia: one row per currency and effective date.
-- A date without a row keeps the rate of the last earlier date (the Saturday rate holds through Monday).
-- Key: effective_date, currency, unit.
-- effective_date: Day the rate applies to; it is set on the working day before
-- currency: ISO 4217 code of the foreign currency
-- rate: Roubles for one unit of the currency («Официальный курс»)
-- unit: RUB, or RUR before 1998 (1000 RUR became 1 RUB)
-- vintage_date: Day it became public
CREATE MACRO fx_rate_as_of(d) AS TABLE
SELECT o.period_end AS effective_date, s.product_code AS currency, o.value AS rate, s.unit, o.vintage_date
FROM observation_as_of(known_on(d, 'fx_rate')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'fx_rate'
ORDER BY ALL;
