-- Forecasts that releases were held against, by surveyor, as they stood before the release.
-- As of a day: forecasts first seen by then, where that was not recorded released by then; what came with the release, from its day on.
-- indicator: exports_yoy, imports_yoy, trade_balance, cpi_yoy, cpi_mom, ppi_yoy
-- currency: USD or CNY for trade; null for prices
-- period: Reference month, e.g. 2025-11
-- covers: month, or ytd for the January-February release
-- surveyor: Who collected the forecasts
-- forecast: Last value shown before the actual one
-- unit: percent, or the currency unit of a balance (USD, CNY, single units)
-- forecast_seen_at: When the forecast was first seen, as recorded; null if not known
-- release_date: Day of the release
-- actual: Value first shown after the release, same unit; null if not recorded
-- previous: Value shown for the period before, same unit; null if not recorded
-- source: Where it was read
-- note: Remarks
-- release_id: History block it came from
CREATE TABLE consensus_forecast (
    indicator VARCHAR NOT NULL, currency VARCHAR, period VARCHAR NOT NULL, covers VARCHAR, surveyor VARCHAR NOT NULL,
    forecast DOUBLE, unit VARCHAR NOT NULL, forecast_seen_at VARCHAR, release_date DATE, actual DOUBLE, previous DOUBLE,
    source VARCHAR, note VARCHAR, release_id VARCHAR NOT NULL
);
CREATE MACRO consensus_forecast_as_of(d) AS TABLE
SELECT indicator, currency, period, covers, surveyor, forecast, unit, forecast_seen_at, release_date,
    CASE WHEN release_date <= d::DATE THEN actual END AS actual, CASE WHEN release_date <= d::DATE THEN previous END AS previous,
    source, CASE WHEN release_date <= d::DATE THEN note END AS note, release_id
FROM consensus_forecast
WHERE coalesce(left(forecast_seen_at, 10)::DATE, release_date) <= known_from(d, 'consensus_forecast', (
    SELECT min(coalesce(left(forecast_seen_at, 10)::DATE, release_date)) FROM consensus_forecast));
