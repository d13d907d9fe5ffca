-- Inflation in Russia as the Bank of Russia prints it beside its key rate: one row a month.
-- period_end: Last day of the month
-- inflation_yoy: Consumer prices against the same month of the year before, percent («Инфляция, % г/г»)
-- key_rate: Key rate at the end of the month, percent a year («Ключевая ставка, % годовых»)
-- target: Inflation target of the Bank of Russia, percent («Цель по инфляции»)
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO inflation_as_of(d) AS TABLE
SELECT o.period_end,
    max(value) FILTER (measure = 'inflation_yoy') AS inflation_yoy,
    max(value) FILTER (measure = 'key_rate_end_of_month') AS key_rate,
    max(value) FILTER (measure = 'inflation_target') AS target,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'inflation')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'inflation' AND s.ref_area = 'RUS'
GROUP BY o.period_end
ORDER BY ALL;
