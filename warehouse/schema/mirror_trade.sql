-- China's trade as its partners count it: imports by supplier, one row per month, reporter and supplier, from series of dataset mirror_trade.
-- Key: period_end, area, partner, product, basis, currency.
-- period_end: Last day of the month
-- area: Who reports: USA
-- partner: Supplier, see table area
-- partner_name: Name of the supplier in English
-- product: TOTAL, or a group of commodities
-- basis: month
-- currency: USD; every amount of the row is in this currency, in single units
-- general_imports: Imports when they arrive in the country ("General Imports, Customs Value")
-- imports_for_consumption: Imports when they clear customs for use in the country ("Imports for Consumption, Customs Value")
-- calculated_duty: Duty calculated on imports for consumption ("Calculated Duty")
-- duty_rate_computed: Calculated duty in percent of imports for consumption, computed
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO mirror_trade_as_of(d) AS TABLE
SELECT o.period_end, s.ref_area AS area, s.counterpart_area AS partner, any_value(a.name_en) AS partner_name,
    s.product_code AS product, s.basis, s.currency,
    max(value) FILTER (measure = 'value' AND definition = 'GENERAL_IMPORTS') AS general_imports,
    max(value) FILTER (measure = 'value' AND definition = 'IMPORTS_FOR_CONSUMPTION') AS imports_for_consumption,
    max(value) FILTER (measure = 'calculated_duty') AS calculated_duty,
    100 * calculated_duty / nullif(imports_for_consumption, 0) AS duty_rate_computed,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'mirror_trade')) AS o JOIN series AS s USING (series_id)
    LEFT JOIN area AS a ON a.code = s.counterpart_area
WHERE s.dataset = 'mirror_trade' AND s.adjustment = 'N' AND s.flow = 'import'
    AND s.definition IN ('GENERAL_IMPORTS', 'IMPORTS_FOR_CONSUMPTION')
GROUP BY o.period_end, s.ref_area, s.counterpart_area, s.product_code, s.basis, s.currency
ORDER BY ALL;
