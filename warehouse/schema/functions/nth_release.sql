-- The n-th published vintage of every observation: nth_release(1) is the first print.
-- One that repeats a value with more digits or a firmer status counts too; see `change` in vintage.observation.
CREATE MACRO nth_release(n) AS TABLE
SELECT series_id, period_end, vintage_date, value, precision, obs_status, release_id, release
FROM (SELECT *, row_number() OVER (PARTITION BY series_id, period_end ORDER BY vintage_date, first_seen, release_id)
          AS release FROM vintage.observation)
WHERE release = n;
