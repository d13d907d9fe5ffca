-- China's trade in goods by partner: one row per partner, period, basis and currency, all values as published.
-- Key: period_end, partner, basis, currency.
-- period_end: Last day of the month
-- partner: ISO 3166 alpha-3 code of the partner, or a group code, see table area
-- partner_name: Name of the partner in English
-- partner_kind: country or group; groups overlap their members and must not be added to them
-- basis: month, or ytd for January to this month
-- currency: USD or CNY; every value of the row is in this currency, in single units
-- exports: Exports to the partner (出口)
-- imports: Imports from the partner (进口)
-- total: Exports and imports together, as published (进出口)
-- balance_computed: Exports less imports, computed
-- exports_growth_yoy: Published growth of exports on the same period of last year, percent (出口 同比)
-- imports_growth_yoy: Published growth of imports on the same period of last year, percent (进口 同比)
-- total_growth_yoy: Published growth of total trade on the same period of last year, percent (进出口 同比)
-- has_level: True where an amount of exports or imports is known; false where growth alone was published, so that no amount is missing
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO trade_by_partner_as_of(d) AS TABLE
SELECT o.period_end, s.counterpart_area AS partner, any_value(a.name_en) AS partner_name,
    any_value(a.kind) AS partner_kind, s.basis, s.currency,
    max(value) FILTER (flow = 'export' AND measure = 'value') AS exports,
    max(value) FILTER (flow = 'import' AND measure = 'value') AS imports,
    max(value) FILTER (flow = 'total' AND measure = 'value') AS total,
    exports - imports AS balance_computed,
    max(value) FILTER (flow = 'export' AND measure = 'growth_yoy') AS exports_growth_yoy,
    max(value) FILTER (flow = 'import' AND measure = 'growth_yoy') AS imports_growth_yoy,
    max(value) FILTER (flow = 'total' AND measure = 'growth_yoy') AS total_growth_yoy,
    exports IS NOT NULL OR imports IS NOT NULL AS has_level,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'trade_by_partner')) AS o JOIN series AS s USING (series_id) LEFT JOIN area AS a ON a.code = s.counterpart_area
WHERE s.dataset = 'trade_by_partner'
GROUP BY o.period_end, s.counterpart_area, s.basis, s.currency
ORDER BY ALL;
