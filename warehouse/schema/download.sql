-- Downloads of GACC's online query that the file holds.
-- release_id: Release, see ops.release
-- table_name: Table that has its rows
-- row_count: Number of rows
-- digest: SHA-256 over the rows in their order
-- repeated: Does another download have rows of the same flow, currency and months? Then customs_microdata_newest compares them row by row.
CREATE TABLE ops.download (
    release_id VARCHAR NOT NULL, table_name VARCHAR NOT NULL, row_count BIGINT NOT NULL, digest VARCHAR NOT NULL,
    repeated BOOLEAN NOT NULL
);
