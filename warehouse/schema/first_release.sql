-- The first published value of every observation beside the newest one.
-- Key: series_id, period_end.
-- series_id: Key of the series, see table series
-- period_end: Last day of the observed period
-- first_vintage_date: Day the first value became public
-- first_value: The first value, in the unit of the series
-- latest_vintage_date: Day the newest value became public
-- latest_value: The newest value, in the unit of the series
-- vintages: Number of vintages
CREATE VIEW first_release AS
SELECT series_id, period_end,
    min(vintage_date) AS first_vintage_date, arg_min(value, vintage_date) AS first_value,
    max(vintage_date) AS latest_vintage_date, arg_max(value, vintage_date) AS latest_value,
    count(*)::INTEGER AS vintages
FROM vintage.observation GROUP BY series_id, period_end;
