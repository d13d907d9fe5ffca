-- China's trade in major commodities: one row per commodity, flow, partner, period, basis and currency.
-- Starred groups of the source (agriculture, mechanical and electrical, hi-tech) overlap other rows: never add up.
-- Key: period_end, commodity, flow, partner, basis, currency.
-- period_end: Last day of the month
-- commodity: Stable code of the commodity
-- commodity_name: Name of the commodity in English; null where only the Chinese one is known
-- native_title: The label as the source prints it
-- flow: export or import
-- partner: Partner code; WORLD where the table does not split by partner
-- partner_name: Name of the partner in English
-- basis: month, or ytd for January to this month
-- currency: Currency of value, in single units; _ where only a quantity is published
-- value: Value as published (金额)
-- quantity: Quantity as published, in quantity_unit (数量)
-- quantity_unit: kg, count ... (计量单位)
-- value_growth_yoy: Published growth of the value on the same period of last year, percent (金额 同比)
-- quantity_growth_yoy: Published growth of the quantity on the same period of last year, percent (数量 同比)
-- has_level: True where an amount or a quantity is known; false where growth alone was published, so that nothing is missing
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO trade_by_commodity_as_of(d) AS TABLE
WITH known AS (
    SELECT o.period_end, o.value, o.vintage_date, s.*
    FROM observation_as_of(known_on(d, 'trade_by_commodity')) AS o JOIN series AS s USING (series_id)
    WHERE s.dataset = 'trade_by_commodity'
), physical AS (
    SELECT period_end, product_code, flow, counterpart_area, basis,
        max(value) FILTER (measure = 'quantity') AS quantity,
        max(unit) FILTER (measure = 'quantity') AS quantity_unit,
        max(value) FILTER (measure = 'quantity_growth_yoy') AS quantity_growth_yoy,
        max(native_title) AS native_title, max(vintage_date) AS vintage_date, min(vintage_date) AS oldest
    FROM known WHERE currency = '_' GROUP BY ALL
), money AS (
    SELECT period_end, product_code, flow, counterpart_area, basis, currency,
        max(value) FILTER (measure = 'value') AS value,
        max(value) FILTER (measure = 'growth_yoy') AS value_growth_yoy,
        max(native_title) AS native_title, max(vintage_date) AS vintage_date, min(vintage_date) AS oldest
    FROM known WHERE currency <> '_' GROUP BY ALL
)
SELECT period_end, product_code AS commodity, c.name_en AS commodity_name,
    coalesce(m.native_title, p.native_title) AS native_title, flow, counterpart_area AS partner, a.name_en AS partner_name,
    basis, coalesce(currency, '_') AS currency, value, quantity, quantity_unit, value_growth_yoy,
    quantity_growth_yoy, value IS NOT NULL OR quantity IS NOT NULL AS has_level, greatest(m.vintage_date, p.vintage_date) AS vintage_date,
    least(m.oldest, p.oldest) AS oldest_vintage_date
FROM money AS m FULL JOIN physical AS p USING (period_end, product_code, flow, counterpart_area, basis)
    LEFT JOIN commodity AS c ON c.code = product_code AND c.version IS NULL
    LEFT JOIN area AS a ON a.code = counterpart_area
ORDER BY ALL;
