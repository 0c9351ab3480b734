-- What came with PostgreSQL 14.
CREATE SCHEMA since_14;
CREATE TABLE since_14.t (a text COMPRESSION pglz, b integer, c integer);
CREATE STATISTICS since_14.of_calls ON (b + c), lower(a) FROM since_14.t;
CREATE STATISTICS since_14.of_one ON (b * 2) FROM since_14.t;
CREATE MATERIALIZED VIEW since_14.m AS SELECT a FROM since_14.t;
ALTER MATERIALIZED VIEW since_14.m ALTER a SET COMPRESSION pglz;
