-- Every release loaded or refused: where it came from and since when it is known.
-- Key: release_id.
-- release_id: Key
-- source_id: Channel it came through, see source; null for shipped history
-- product: Kind of table, e.g. gacc.by_partner_preliminary; history.... for blocks that ship with Portvault
-- continues: For shipped history: the product whose whole tables it holds, if there is one
-- title: Title as published
-- publisher: Who published it
-- period: Reference period; null where a block covers many
-- language: en, zh, ru
-- url: Where it was published
-- vintage_date: Day its values became public; null where a block gives one for each row
-- vintage_kind: observed or inferred
-- vintage_rule: How the vintage date was found
-- first_seen: When Portvault first saw these bytes, UTC
-- sha256: Hash of the archived bytes; for shipped history, of the CSV of its block
-- archive_path: Path of the bytes below PORTVAULT_HOME; null for shipped history, whose CSV is warehouse/ and the release_id up to a #
-- page_stamp: The page's own date; not a vintage
-- state: loaded, partial (rows were set aside: see ops.row_set_aside) or quarantined
-- reason: Why it was refused
-- note: Known repairs, doubts and oddities
CREATE TABLE ops.release (
    release_id VARCHAR PRIMARY KEY, source_id VARCHAR, product VARCHAR NOT NULL, continues VARCHAR, title VARCHAR, publisher VARCHAR,
    period VARCHAR, language VARCHAR, url VARCHAR, vintage_date DATE, vintage_kind VARCHAR, vintage_rule VARCHAR,
    first_seen TIMESTAMP, sha256 VARCHAR, archive_path VARCHAR, page_stamp VARCHAR, state VARCHAR NOT NULL, reason VARCHAR, note VARCHAR
);
