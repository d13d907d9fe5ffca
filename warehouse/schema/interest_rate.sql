-- Rates on loans and deposits of Russian banks by term: one row per month, borrower or depositor with term, and currency.
-- period_end: Last day of the month in which the loans were granted or the deposits taken
-- product: HOUSEHOLD, NONFINANCIAL, SME, DEPOSIT_HOUSEHOLD, DEPOSIT_NONFINANCIAL, each with its term (..._OVER_1_YEAR)
-- currency: RUB, USD, EUR
-- rate: Weighted average, percent a year («Ставки по вкладам (депозитам) физических лиц»)
-- share: Share of the term in all that was granted or taken, percent («Структура вкладов по срочности»)
-- volume: Granted or taken in the month, in the currency («Объем привлеченных вкладов»)
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO interest_rate_as_of(d) AS TABLE
SELECT o.period_end, s.product_code AS product, s.currency,
    max(value) FILTER (measure = 'rate') AS rate,
    max(value) FILTER (measure = 'share') AS share,
    max(value) FILTER (measure = 'volume') AS volume,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'interest_rate')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'interest_rate'
GROUP BY o.period_end, s.product_code, s.currency
ORDER BY ALL;
