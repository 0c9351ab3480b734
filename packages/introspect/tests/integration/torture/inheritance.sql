-- Tables that inherit: merged columns, local and inherited constraints, later additions.
CREATE SCHEMA kin;
CREATE TABLE kin.root (
    id bigint NOT NULL DEFAULT 1,
    name text COLLATE "C" DEFAULT 'root',
    note text,
    CONSTRAINT good CHECK (id > 0),
    CONSTRAINT mine CHECK (id < 100) NO INHERIT
);
CREATE TABLE kin.second (name text COLLATE "C", more integer NOT NULL, CONSTRAINT few CHECK (more < 9));
CREATE TABLE kin.child (
    own integer DEFAULT 5,
    name text COLLATE "C" DEFAULT 'child',
    CONSTRAINT good CHECK (id > 0),
    CONSTRAINT extra CHECK (own > 1)
) INHERITS (kin.root, kin.second);
CREATE TABLE kin.aa_grandchild (deep date) INHERITS (kin.child);
CREATE TABLE kin.plain () INHERITS (kin.root);
ALTER TABLE kin.root ADD COLUMN later numeric(10, 2) DEFAULT 3.5;
ALTER TABLE kin.plain ADD COLUMN afterwards text;
ALTER TABLE kin.root ADD COLUMN latest text;
ALTER TABLE kin.plain ALTER COLUMN id DROP DEFAULT;
ALTER TABLE kin.plain ALTER COLUMN note SET DEFAULT 'none';
ALTER TABLE kin.plain ALTER COLUMN note SET NOT NULL;
ALTER TABLE kin.aa_grandchild ALTER COLUMN own SET DEFAULT 7;
ALTER TABLE kin.root ADD CONSTRAINT late CHECK (name <> 'x') NOT VALID;
CREATE TABLE kin.joined (id bigint NOT NULL, name text COLLATE "C", note text, later numeric(10, 2), latest text,
    CONSTRAINT good CHECK (id > 0), CONSTRAINT late CHECK (name <> 'x'));
ALTER TABLE kin.joined INHERIT kin.root;
CREATE TABLE kin.left_alone (extra text) INHERITS (kin.second);
ALTER TABLE kin.left_alone NO INHERIT kin.second;
ALTER TABLE kin.root ALTER COLUMN name SET STORAGE EXTERNAL;
ALTER TABLE ONLY kin.root ALTER COLUMN note SET STATISTICS 77;
CREATE INDEX of_child ON kin.child (own);
ALTER TABLE kin.child ADD PRIMARY KEY (id);
COMMENT ON COLUMN kin.plain.id IS 'Inherited, with a comment';
COMMENT ON CONSTRAINT good ON kin.plain IS 'Inherited, too';
ALTER TABLE ONLY kin.plain VALIDATE CONSTRAINT late;
CREATE TABLE kin.zz (a integer, b integer DEFAULT 1, CONSTRAINT twice CHECK (a > 0));
CREATE TABLE kin.yy (b integer DEFAULT 2, c integer, CONSTRAINT twice CHECK (b > 0) NO INHERIT);
CREATE TABLE kin.of_two (b integer DEFAULT 3, a integer NOT NULL) INHERITS (kin.yy, kin.zz);
CREATE TABLE kin.of_three (b integer DEFAULT 4) INHERITS (kin.of_two, kin.zz);
ALTER TABLE kin.zz ADD CONSTRAINT unsure CHECK (a < 9) NOT VALID;
CREATE TABLE kin.also_unsure (a integer, b integer);
ALTER TABLE kin.also_unsure ADD CONSTRAINT twice CHECK (a > 0);
ALTER TABLE kin.also_unsure ADD CONSTRAINT unsure CHECK (a < 9) NOT VALID;
ALTER TABLE kin.also_unsure INHERIT kin.zz;
CREATE TYPE kin.pair AS (a integer, b text);
CREATE TABLE kin.typed OF kin.pair (
    a WITH OPTIONS DEFAULT 4 PRIMARY KEY, CONSTRAINT written CHECK (b <> '')
);
CREATE TABLE kin.just_typed OF kin.pair;
CREATE TABLE kin.of_text (a integer, "b c" varchar(5) GENERATED ALWAYS AS ('x') STORED);
CREATE TABLE kin.of_that () INHERITS (kin.of_text);
