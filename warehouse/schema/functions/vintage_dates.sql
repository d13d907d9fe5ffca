-- The days on which values of one series became public: how many were new, and how many changed.
CREATE MACRO vintage_dates(id) AS TABLE
SELECT vintage_date, count(*) FILTER (change = 'first')::INTEGER AS added, count(*) FILTER (change = 'revised')::INTEGER AS revised,
    min(period_end) AS first_period, max(period_end) AS last_period
FROM (SELECT series_id, period_end, vintage_date, change FROM vintage.observation
      UNION ALL SELECT series_id, period_end, vintage_date, change FROM vintage.indicator)
WHERE series_id = known_series(id) GROUP BY vintage_date ORDER BY vintage_date;
