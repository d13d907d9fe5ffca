-- Corrections of upstream errors that were applied, each with its reason.
-- correction_id: Key
-- product: Product it applies to
-- release_id: Release it was applied to
-- action: drop, override, scale or flag
-- reason: What is wrong upstream
-- source: How we know
CREATE TABLE ops.correction (
    correction_id VARCHAR NOT NULL, product VARCHAR NOT NULL, release_id VARCHAR, action VARCHAR NOT NULL,
    reason VARCHAR NOT NULL, source VARCHAR NOT NULL
);
