-- Every channel that Portvault can ask or is handed files of: whose it is, what it offers, what its figures may be used for.
-- Key: source_id.
-- source_id: Id, as in ops.release
-- publisher: Who publishes
-- offers: What it publishes
-- url: Address that is asked where no setting names another; null where people bring the files
-- terms: What its figures may be used for
-- timezone: Time zone of its calendar and schedule
-- schedule: When it is asked by itself, cron; null where another schedule or a person asks
CREATE TABLE source (
    source_id VARCHAR PRIMARY KEY, publisher VARCHAR NOT NULL, offers VARCHAR NOT NULL, url VARCHAR, terms VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL, schedule VARCHAR
);
