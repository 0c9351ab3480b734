-- What came with PostgreSQL 18.
CREATE SCHEMA since_18;
CREATE TABLE since_18.stay (
    room int4range CONSTRAINT "has one" NOT NULL,
    first integer GENERATED ALWAYS AS (lower(room)) VIRTUAL,
    during daterange,
    CONSTRAINT apart PRIMARY KEY (room, during WITHOUT OVERLAPS),
    CONSTRAINT said CHECK (lower(room) > 0) NOT ENFORCED,
    CONSTRAINT never UNIQUE (during, room WITHOUT OVERLAPS)
);
CREATE TABLE since_18.within (
    room int4range, during daterange, late integer, other integer UNIQUE,
    CONSTRAINT inside FOREIGN KEY (room, PERIOD during)
        REFERENCES since_18.stay (room, PERIOD during),
    CONSTRAINT loose FOREIGN KEY (late) REFERENCES since_18.within (other) NOT ENFORCED
);
ALTER TABLE since_18.within ADD CONSTRAINT not_yet NOT NULL late NOT VALID;
COMMENT ON CONSTRAINT "has one" ON since_18.stay IS 'Named';
CREATE TABLE since_18.up (
    a integer CONSTRAINT a_is NOT NULL, b integer NOT NULL, c integer, d integer CONSTRAINT alone NOT NULL NO INHERIT
);
CREATE TABLE since_18.down (b integer CONSTRAINT b_of_down NOT NULL, e text NOT NULL, CONSTRAINT c_here NOT NULL c)
    INHERITS (since_18.up);
CREATE TABLE since_18.plain () INHERITS (since_18.up);
ALTER TABLE since_18.up ADD CONSTRAINT c_late NOT NULL c NOT VALID;
CREATE TABLE since_18.sliced (
    a integer CONSTRAINT a_is NOT NULL, b integer NOT NULL, v integer GENERATED ALWAYS AS (a * 2)
) PARTITION BY LIST (a);
CREATE TABLE since_18.slice PARTITION OF since_18.sliced FOR VALUES IN (1);
CREATE TABLE since_18.other (v integer GENERATED ALWAYS AS (a * 3), b integer CONSTRAINT mine NOT NULL, a integer NOT NULL);
ALTER TABLE since_18.sliced ATTACH PARTITION since_18.other DEFAULT;
ALTER TABLE since_18.sliced ADD CONSTRAINT few CHECK (b < 9) NOT ENFORCED;
ALTER TABLE ONLY since_18.plain VALIDATE CONSTRAINT c_late;
