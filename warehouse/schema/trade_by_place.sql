-- China's trade by province (bulletin tables 8 and 9): one row per place, way of counting, period, basis and currency.
-- Key: period_end, province, place, counted_by, basis, currency.
-- period_end: Last day of the month
-- province: ISO 3166-2 code of the province (CN-GD)
-- place: TOTAL for the province; LABEL_... for a city or zone in it, which must not be added to it
-- counted_by: REGISTRATION: where importers and exporters are registered (收发货人所在地); ORIGIN_DESTINATION: where goods come from or go to (境内目的地/货源地)
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
CREATE MACRO trade_by_place_as_of(d) AS TABLE
SELECT o.period_end, s.ref_area AS province, s.product_code AS place, s.definition AS counted_by, max(s.native_title) AS native_title, s.basis, s.currency,
    max(value) FILTER (flow = 'export' AND measure = 'value') AS exports,
    max(value) FILTER (flow = 'import' AND measure = 'value') AS imports,
    max(value) FILTER (flow = 'total' AND measure = 'value') AS total,
    max(value) FILTER (flow = 'export' AND measure = 'growth_yoy') AS exports_growth_yoy,
    max(value) FILTER (flow = 'import' AND measure = 'growth_yoy') AS imports_growth_yoy,
    max(value) FILTER (flow = 'total' AND measure = 'growth_yoy') AS total_growth_yoy,
    exports IS NOT NULL OR imports IS NOT NULL AS has_level,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'trade_by_place')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'trade_by_place'
GROUP BY o.period_end, s.ref_area, s.product_code, s.definition, s.basis, s.currency
ORDER BY ALL;
