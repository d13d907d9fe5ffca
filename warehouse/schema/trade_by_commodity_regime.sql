-- China's trade in selected commodities by groups of customs regimes (bulletin tables 17 and 18): one row per commodity, flow, regime, period, basis and currency.
-- Starred groups of the source (agriculture, mechanical and electrical, hi-tech) overlap other rows: never add up.
-- Key: period_end, commodity, flow, regime, basis, currency.
-- period_end: Last day of the month
-- commodity: Stable code of the commodity
-- native_title: The label as the source prints it
-- flow: export or import
-- regime: REGIME_ORDINARY, REGIME_PROCESSING, REGIME_BONDED_LOGISTICS or REGIME_OTHER; together they are all trade in the commodity
-- basis: ytd for January to this month
-- currency: USD or CNY, of value, in single units
-- value: Value as published (金额)
-- quantity: Quantity as published, in quantity_unit; null where it is less than half of the printed unit (数量)
-- quantity_unit: kg, count ... (计量单位)
-- value_growth_yoy: Published growth of the value on the same period of last year, percent (金额 同比)
-- quantity_growth_yoy: Published growth of the quantity on the same period of last year, percent (数量 同比)
-- has_level: True where an amount is known; false where growth alone was published, so that nothing is missing
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO trade_by_commodity_regime_as_of(d) AS TABLE
WITH known AS (
    SELECT o.period_end, o.value, o.vintage_date, s.*
    FROM observation_as_of(known_on(d, 'trade_by_commodity_regime')) AS o JOIN series AS s USING (series_id)
    WHERE s.dataset = 'trade_by_commodity_regime'
), physical AS (
    SELECT period_end, product_code, flow, definition, basis,
        max(value) FILTER (measure = 'quantity') AS quantity, max(unit) FILTER (measure = 'quantity') AS quantity_unit,
        max(value) FILTER (measure = 'quantity_growth_yoy') AS quantity_growth_yoy
    FROM known WHERE currency = '_' GROUP BY ALL
)
SELECT k.period_end, k.product_code AS commodity, max(k.native_title) AS native_title, k.flow, k.definition AS regime,
    k.basis, k.currency, max(k.value) FILTER (k.measure = 'value') AS value,
    any_value(p.quantity) AS quantity, any_value(p.quantity_unit) AS quantity_unit,
    max(k.value) FILTER (k.measure = 'growth_yoy') AS value_growth_yoy,
    any_value(p.quantity_growth_yoy) AS quantity_growth_yoy,
    max(k.value) FILTER (k.measure = 'value') IS NOT NULL AS has_level,
    max(k.vintage_date) AS vintage_date, min(k.vintage_date) AS oldest_vintage_date
FROM known AS k LEFT JOIN physical AS p USING (period_end, product_code, flow, definition, basis)
WHERE k.currency <> '_'
GROUP BY k.period_end, k.product_code, k.flow, k.definition, k.basis, k.currency
ORDER BY ALL;
