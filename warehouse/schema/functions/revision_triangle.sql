-- Every vintage of one series, a row a period and vintage, with its change on the first print and on the one before.
CREATE MACRO revision_triangle(id) AS TABLE
SELECT period_end, vintage_date, row_number() OVER w AS release, value, value - first_value(value) OVER w AS on_first,
    value - lag(value) OVER w AS on_previous, release_id
FROM vintage.observation WHERE series_id = id
WINDOW w AS (PARTITION BY period_end ORDER BY vintage_date, first_seen, release_id)
ORDER BY period_end, vintage_date, release;
