-- Tables of other servers as partitions and as children, and what belongs to them.
CREATE SCHEMA far;
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER away FOREIGN DATA WRAPPER nothing;
CREATE TABLE far.whole (id integer NOT NULL, name text DEFAULT 'x', CONSTRAINT few CHECK (id < 9))
    PARTITION BY LIST (id);
CREATE FOREIGN TABLE far.part (name text, id integer NOT NULL, CONSTRAINT few CHECK (id < 9))
    SERVER away;
ALTER TABLE far.whole ATTACH PARTITION far.part FOR VALUES IN (1, 2);
CREATE FOREIGN TABLE far.part_of PARTITION OF far.whole DEFAULT SERVER away;
CREATE TABLE far.up (id integer NOT NULL, name text DEFAULT 'x', CONSTRAINT sure CHECK (id > 0));
CREATE FOREIGN TABLE far.down (own date) INHERITS (far.up) SERVER away;
ALTER FOREIGN TABLE far.down ALTER name SET DEFAULT 'y', ALTER own SET STATISTICS 9,
    ALTER id SET (n_distinct = 5);
ALTER TABLE far.up ADD CONSTRAINT late CHECK (name <> '') NOT VALID;
