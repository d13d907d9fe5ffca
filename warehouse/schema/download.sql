-- Downloads of GACC's online query that the file holds.
-- release_id: Release, see ops.release
-- table_name: Table that has its rows
-- row_count: Number of rows
-- digest: SHA-256 over the rows in their order
CREATE TABLE ops.download (
    release_id VARCHAR NOT NULL, table_name VARCHAR NOT NULL, row_count BIGINT NOT NULL, digest VARCHAR NOT NULL
);
