-- Every table and column with its meaning and unit: the comments of the file as a table.
-- table_schema: main, vintage or ops
-- table_name: Table, view or macro
-- column_name: Column; null for the table itself
-- data_type: DuckDB type; the kind of object for the table itself
-- comment: Meaning and unit
CREATE TABLE data_dictionary (
    table_schema VARCHAR NOT NULL, table_name VARCHAR NOT NULL, column_name VARCHAR, data_type VARCHAR NOT NULL, comment VARCHAR NOT NULL
);
