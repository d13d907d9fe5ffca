-- Key rate of the Bank of Russia: one row per change; it holds until the next.
-- Key: effective_date.
-- effective_date: First day the rate applies
-- rate: Percent per year («Ключевая ставка»)
-- vintage_date: Day it became public
-- key_rate: Old name of rate; goes with the next version
CREATE MACRO key_rate_as_of(d) AS TABLE
SELECT o.period_end AS effective_date, o.value AS rate, o.vintage_date, o.value AS key_rate
FROM observation_as_of(known_on(d, 'key_rate')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'key_rate' AND s.measure = 'key_rate'
ORDER BY ALL;
