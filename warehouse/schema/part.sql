-- Parts of the two long tables, and what tells whether a part is what it was in another publication: a run writes, checks
-- and exports those that changed. Key: table_name, part.
-- table_name: vintage.observation (its parts are datasets) or vintage.indicator (its parts are indicators)
-- part: the dataset or indicator
-- print: count, sum and exclusive or of the hashes of its rows, by a version of polars: for comparison, not for citation
CREATE TABLE ops.part (table_name VARCHAR NOT NULL, part VARCHAR NOT NULL, print VARCHAR NOT NULL);
