-- Downloads of GACC's online query, each row once, as the newest one that has it shows it.
-- Add these up, not customs_microdata.
-- Rows by regime or region and rows without them are different rows: of one month and commodity take one kind.
-- period_start: First day of what the row adds up: of the month, or of the first of several months that a query without months sums
-- period_end: Last day of the month, or of the last of them
-- flow: export or import; the file does not say, whoever ingested it did
-- hs8: Code of the Harmonized System as China uses it in that year, eight digits or as few as the query asked for; TOTAL for all goods
-- hs_name: Name of the commodity as served; by code and year in table commodity
-- partner: ISO 3166 alpha-3 code of the partner
-- regime: Customs regime (REGIME_...); null where the query did not ask for it
-- region: Province of registration of the trader (ISO 3166-2); null where the query did not ask for it
-- quantity: First quantity, in quantity_unit
-- quantity_unit: Unit of the first quantity: a base unit (1,000 items are 1000 count)
-- quantity2: Second quantity, in quantity2_unit
-- quantity2_unit: Unit of the second quantity
-- value: Value in currency, single units
-- currency: USD or CNY
-- release_id: Release it came from
CREATE VIEW customs_microdata_newest AS
SELECT * FROM customs_microdata WHERE release_id IN (SELECT release_id FROM ops.download WHERE NOT repeated)
UNION ALL
SELECT microdata.* FROM customs_microdata AS microdata JOIN ops.release AS download USING (release_id)
WHERE release_id IN (SELECT release_id FROM ops.download WHERE repeated)
QUALIFY 1 = row_number() OVER (
    PARTITION BY period_start, period_end, flow, hs8, partner, regime, region, currency ORDER BY download.vintage_date DESC, download.first_seen DESC, release_id
);
