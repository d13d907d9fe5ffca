-- Regulatory capital of single Russian banks (form 123): one row per month end, bank and part of the capital.
-- Key: period_end, bank, part.
-- period_end: Last day of the month
-- bank: BANK_ and the registration number
-- part: The total or a part of it, as form_123.yaml names them
-- native_title: The row as it is printed
-- capital: Amount, RUB («Собственные средства (капитал)»)
-- vintage_date: Day it became public
CREATE MACRO bank_capital_as_of(d) AS TABLE
SELECT o.period_end, s.counterpart_area AS bank, s.product_code AS part, s.native_title, o.value AS capital, o.vintage_date
FROM observation_as_of(known_on(d, 'bank_capital')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'bank_capital'
ORDER BY ALL;
