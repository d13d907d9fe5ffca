-- Consumer and producer prices: one row per month, area and index. Which columns are filled depends on what the publisher prints.
-- Key: period_end, area, product.
-- period_end: Last day of the month
-- area: CHN or RUS
-- product: CPI consumer prices, PPI producer prices
-- growth_yoy: Published change on the same month of last year, percent ("year on year", 同比)
-- growth_mom: Published change on the month before, percent ("month on month", 环比)
-- index_yoy: The same month of last year = 100 (上年同月=100)
-- index_mom: The month before = 100 («к предыдущему месяцу»)
-- index_ytd: January to this month; the same period of last year = 100 (上年同期=100)
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO price_index_as_of(d) AS TABLE
SELECT o.period_end, s.ref_area AS area, s.product_code AS product,
    max(value) FILTER (measure = 'growth_yoy' AND basis = 'month') AS growth_yoy,
    max(value) FILTER (measure = 'growth_mom' AND basis = 'month') AS growth_mom,
    max(value) FILTER (measure = 'index' AND definition = 'SAME_MONTH_LAST_YEAR_100') AS index_yoy,
    max(value) FILTER (measure = 'index' AND definition = 'PREVIOUS_MONTH_100') AS index_mom,
    max(value) FILTER (measure = 'index' AND definition = 'SAME_PERIOD_LAST_YEAR_100' AND basis = 'ytd') AS index_ytd,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'price_index')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'price_index' AND s.adjustment = 'N' AND s.product_code IN ('CPI', 'PPI') AND s.basis IN ('month', 'ytd')
    AND s.definition IN ('_', 'SAME_MONTH_LAST_YEAR_100', 'PREVIOUS_MONTH_100', 'SAME_PERIOD_LAST_YEAR_100')
GROUP BY o.period_end, s.ref_area, s.product_code
ORDER BY ALL;
