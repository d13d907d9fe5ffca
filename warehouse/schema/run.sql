-- Every run that looked for releases, also those that found nothing.
-- run_id: Key: start time and a random tail
-- started_at: Start, UTC
-- finished_at: End, UTC
-- outcome: published, unchanged, held or failed
-- new_releases: Releases seen for the first time
-- quarantined: Releases refused
-- added: Observations added
-- revised: Observations revised
-- lost: Observations lost
-- requests: Requests to publishers
-- sources: State of every source, as JSON
-- stages: Seconds per stage, as JSON
CREATE TABLE ops.run (
    run_id VARCHAR PRIMARY KEY, started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP NOT NULL, outcome VARCHAR NOT NULL,
    new_releases INTEGER, quarantined INTEGER, added INTEGER, revised INTEGER, lost INTEGER, requests INTEGER,
    sources VARCHAR, stages VARCHAR
);
