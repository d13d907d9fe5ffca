-- This file: when it was published, by which run, and what it holds.
-- published_at: UTC
-- run_id: Run that built it
-- content_digest: SHA-256 of all observations, indicators and records, independent of run and time
-- fingerprint: SHA-256 of everything it was built from: history, archive, corrections, code
-- storage_version: DuckDB storage version it is written with
-- portvault_version: Version of Portvault that built it
-- oldest_driver: Oldest DuckDB driver this kind of file is tested with
-- code: SHA-256 of the code that built it
CREATE TABLE publication (
    published_at TIMESTAMP NOT NULL, run_id VARCHAR NOT NULL, content_digest VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL,
    storage_version VARCHAR NOT NULL, portvault_version VARCHAR NOT NULL, oldest_driver VARCHAR NOT NULL, code VARCHAR NOT NULL
);
