-- Every sighting of a release at an address, with its time.
-- release_id: Release, see ops.release
-- sha256: Hash of the bytes
-- address: Where they were shown; null for a file that somebody handed over
-- seen_at: When, UTC
-- published: Day of publication as stated by whoever handed the file over
CREATE TABLE ops.sighting (
    release_id VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, address VARCHAR, seen_at TIMESTAMP NOT NULL, published DATE
);
