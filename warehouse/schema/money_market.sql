-- Money market of Russia: RUONIA and the repo auctions of the Bank of Russia, one row a day and instrument.
-- period_end: Day of the deals
-- instrument: RUONIA, RUONIA_MIN, RUONIA_P25, RUONIA_P75, RUONIA_MAX (lowest, quartiles, highest rate); REPO_7D (auction, term in days)
-- rate: Percent a year («Ставка RUONIA», «Средневзвешенная ставка»)
-- volume: Deals of the day or amount lent at the auction, RUB («Объем сделок RUONIA», «Общий объем заключенных сделок»)
-- deals: Number of deals («Количество сделок»)
-- participants: Banks that made deals («Количество участников RUONIA, заключавших сделки»)
-- vintage_date: Newest vintage among the values of the row
-- oldest_vintage_date: Oldest vintage among the values of the row; earlier than vintage_date where they are of several days
CREATE MACRO money_market_as_of(d) AS TABLE
SELECT o.period_end, s.product_code AS instrument,
    max(value) FILTER (measure = 'rate') AS rate,
    max(value) FILTER (measure = 'volume') AS volume,
    max(value) FILTER (measure = 'deals') AS deals,
    max(value) FILTER (measure = 'participants') AS participants,
    max(o.vintage_date) AS vintage_date, min(o.vintage_date) AS oldest_vintage_date
FROM observation_as_of(known_on(d, 'money_market')) AS o JOIN series AS s USING (series_id)
WHERE s.dataset = 'money_market'
GROUP BY o.period_end, s.product_code
ORDER BY ALL;
