-- Liquidity of the Russian banking sector at the beginning of the day: one row a day and line, as the Bank of Russia adds them up.
-- period_end: Day, at its beginning
-- line: DEFICIT (above 0) or surplus (below 0), CLAIMS of the Bank of Russia and their parts, LIABILITIES and their parts, ...
-- amount: RUB, of the whole and its lines; liabilities are positive («Дефицит (+) / профицит (-) ликвидности»)
-- vintage_date: Day it became public
CREATE MACRO bank_liquidity_as_of(d) AS TABLE
SELECT o.period_end, s.product_code AS line, o.value AS amount, o.vintage_date
FROM observation_as_of(known_on(d, 'bank_liquidity')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'bank_liquidity'
ORDER BY ALL;
