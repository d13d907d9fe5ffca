-- Every vintage of one series, a row a period and vintage, with its change on the first print and on the one before.
CREATE MACRO revision_triangle(id) AS TABLE
SELECT period_end, vintage_date, row_number() OVER w AS release, value, value - first_value(value) OVER w AS on_first,
    value - lag(value) OVER w AS on_previous, release_id
FROM (SELECT series_id, period_end, vintage_date, value, first_seen, release_id FROM vintage.observation
      UNION ALL SELECT series_id, period_end, vintage_date, value, NULL, release_id FROM vintage.indicator)
WHERE series_id = known_series(id)
WINDOW w AS (PARTITION BY period_end ORDER BY vintage_date, first_seen, release_id)
ORDER BY period_end, vintage_date, release;
