-- Exchange rates other than those of the Bank of Russia (table fx_rate): one row per day or month, currency and definition.
-- Key: period_end, area, currency, definition, freq.
-- period_end: The day, or the last day of the month
-- area: Whose publication it is: CHN, USA, EURO_AREA
-- currency: ISO 4217 code of the currency that is priced
-- unit: Currency it is priced in
-- definition: CENTRAL_PARITY, FED_MONTHLY_AVERAGE, ECB_MONTHLY_AVERAGE, CNH_MONTH_END ...
-- freq: D daily, M monthly
-- rate: Units of `unit` for one unit of `currency` ("exchange rate", 人民币汇率中间价)
-- vintage_date: Day it became public
CREATE MACRO exchange_rate_as_of(d) AS TABLE
SELECT o.period_end, s.ref_area AS area, s.product_code AS currency, s.unit, s.definition, s.freq, o.value AS rate, o.vintage_date
FROM observation_as_of(known_on(d, 'exchange_rate')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'exchange_rate'
ORDER BY ALL;
