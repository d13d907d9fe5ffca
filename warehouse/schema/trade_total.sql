-- China's trade in goods with the world: one row per period, basis and currency, all values as published by customs.
-- Growth on the month before that others computed is another definition (series.definition MIRROR), in observation only.
-- Key: period_end, basis, currency.
-- period_end: Last day of the month
-- basis: month, or ytd for January to this month
-- currency: USD or CNY; every value of the row is in this currency, in single units
-- exports: Exports, free on board (出口)
-- imports: Imports, cost insurance freight (进口)
-- total: Exports and imports together, as published (进出口)
-- balance: Exports less imports, as published (贸易差额)
-- balance_computed: Exports less imports of this row, computed
-- exports_growth_yoy: Published growth of exports on the same period of last year, percent (出口 同比)
-- imports_growth_yoy: Published growth of imports on the same period of last year, percent (进口 同比)
-- total_growth_yoy: Published growth of total trade on the same period of last year, percent (进出口 同比)
-- exports_growth_mom: Published growth of exports on the month before, percent (出口 环比)
-- imports_growth_mom: Published growth of imports on the month before, percent (进口 环比)
-- total_growth_mom: Published growth of total trade on the month before, percent (进出口 环比)
-- has_level: True where an amount of exports or imports is known; false where growth alone was published, so that no amount is missing
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
-- balance_vintage_date: Vintage of balance, which exports and imports of a newer day may have left behind
-- total_vintage_date: Vintage of total, likewise
CREATE MACRO trade_total_as_of(d) AS TABLE
SELECT o.period_end, s.basis, s.currency,
    max(value) FILTER (flow = 'export' AND measure = 'value') AS exports,
    max(value) FILTER (flow = 'import' AND measure = 'value') AS imports,
    max(value) FILTER (flow = 'total' AND measure = 'value') AS total,
    max(value) FILTER (flow = 'balance' AND measure = 'value') AS balance,
    exports - imports AS balance_computed,
    max(value) FILTER (flow = 'export' AND measure = 'growth_yoy') AS exports_growth_yoy,
    max(value) FILTER (flow = 'import' AND measure = 'growth_yoy') AS imports_growth_yoy,
    max(value) FILTER (flow = 'total' AND measure = 'growth_yoy') AS total_growth_yoy,
    max(value) FILTER (flow = 'export' AND measure = 'growth_mom') AS exports_growth_mom,
    max(value) FILTER (flow = 'import' AND measure = 'growth_mom') AS imports_growth_mom,
    max(value) FILTER (flow = 'total' AND measure = 'growth_mom') AS total_growth_mom,
    exports IS NOT NULL OR imports IS NOT NULL AS has_level,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date,
    max(o.vintage_date) FILTER (flow = 'balance' AND measure = 'value') AS balance_vintage_date,
    max(o.vintage_date) FILTER (flow = 'total' AND measure = 'value') AS total_vintage_date
FROM observation_as_of(known_on(d, 'trade_total')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'trade_total' AND s.definition = '_'
GROUP BY o.period_end, s.basis, s.currency
ORDER BY ALL;
