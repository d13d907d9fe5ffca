-- China's trade by the customs district that cleared it (bulletin table 10): one row per district, period, basis and currency.
-- Key: period_end, district, basis, currency.
-- period_end: Last day of the month
-- district: LABEL_... made of the name of the district
-- native_title: The label as the source prints it
-- basis: month, or ytd for January to this month
-- currency: USD or CNY; values are in single units
-- exports: Exports (出口)
-- imports: Imports (进口)
-- total: Exports and imports together, as published (进出口)
-- exports_growth_yoy: Published growth of exports on the same period of last year, percent (出口 同比)
-- imports_growth_yoy: Published growth of imports on the same period of last year, percent (进口 同比)
-- total_growth_yoy: Published growth of total trade on the same period of last year, percent (进出口 同比)
-- has_level: True where an amount of exports or imports is known; false where growth alone was published, so that no amount is missing
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO trade_by_customs_district_as_of(d) AS TABLE
SELECT o.period_end, s.product_code AS district, max(s.native_title) AS native_title, s.basis, s.currency,
    max(value) FILTER (flow = 'export' AND measure = 'value') AS exports,
    max(value) FILTER (flow = 'import' AND measure = 'value') AS imports,
    max(value) FILTER (flow = 'total' AND measure = 'value') AS total,
    max(value) FILTER (flow = 'export' AND measure = 'growth_yoy') AS exports_growth_yoy,
    max(value) FILTER (flow = 'import' AND measure = 'growth_yoy') AS imports_growth_yoy,
    max(value) FILTER (flow = 'total' AND measure = 'growth_yoy') AS total_growth_yoy,
    exports IS NOT NULL OR imports IS NOT NULL AS has_level,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'trade_by_customs_district')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'trade_by_customs_district'
GROUP BY o.period_end, s.product_code, s.basis, s.currency
ORDER BY ALL;
