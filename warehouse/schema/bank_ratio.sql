-- Mandatory ratios of single Russian banks (form 135): one row per month end, bank and ratio.
-- Key: period_end, bank, ratio.
-- period_end: Last day of the month
-- bank: BANK_ and the registration number
-- ratio: N1.0, N1.1, N2 ...
-- percent: The ratio, percent («Фактическое значение норматива»)
-- vintage_date: Day it became public
CREATE MACRO bank_ratio_as_of(d) AS TABLE
SELECT o.period_end, s.counterpart_area AS bank, s.product_code AS ratio, o.value AS percent, o.vintage_date
FROM observation_as_of(known_on(d, 'bank_ratio')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'bank_ratio'
ORDER BY ALL;
