-- Tables in pieces: each strategy, bounds, defaults, pieces of pieces, and what is attached to what.
CREATE SCHEMA parts;
CREATE SCHEMA "Other ""parts""";

CREATE FUNCTION parts.bucket(bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1 % 4)::integer';
CREATE FUNCTION parts.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';

CREATE TABLE parts.event (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL DEFAULT now(),
    kind text COLLATE "C" NOT NULL DEFAULT 'plain',
    body jsonb,
    size integer GENERATED ALWAYS AS (length(kind)) STORED,
    CONSTRAINT event_key PRIMARY KEY (id, at),
    CONSTRAINT kind_once UNIQUE (kind, at, id),
    CONSTRAINT has_kind CHECK (kind <> '')
) PARTITION BY RANGE (at);
COMMENT ON TABLE parts.event IS 'What happened';

-- columns in another order, with a hole, its own default and checks, and names of its own
CREATE TABLE parts.event_2024 (
    body jsonb,
    gone text,
    kind text COLLATE "C" NOT NULL DEFAULT 'old',
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    size integer GENERATED ALWAYS AS (length(kind)) STORED,
    CONSTRAINT key_of_2024 PRIMARY KEY (id, at),
    CONSTRAINT has_kind CHECK (kind <> ''),
    CONSTRAINT only_old CHECK (at < '2025-01-01')
);
ALTER TABLE parts.event_2024 DROP COLUMN gone;
ALTER TABLE parts.event ATTACH PARTITION parts.event_2024
    FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-01-01 00:00:00+00');
COMMENT ON TABLE parts.event_2024 IS 'Of that year';
COMMENT ON COLUMN parts.event_2024.body IS 'Here first';

CREATE TABLE parts.event_2025 PARTITION OF parts.event (
    body DEFAULT '{}', CONSTRAINT more CHECK (id > 0)
) FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')
    PARTITION BY LIST (id);
ALTER TABLE parts.event_2025 DROP CONSTRAINT more;
CREATE TABLE "Other ""parts""".event_rest PARTITION OF parts.event DEFAULT WITH (fillfactor = 60);
CREATE TABLE parts.ancient PARTITION OF parts.event
    FOR VALUES FROM (MINVALUE) TO ('2000-01-01 00:00:00+00');

CREATE INDEX event_by_kind ON parts.event (kind, id DESC) INCLUDE (at) WHERE id > 0;
CREATE INDEX only_here ON parts.event_2024 (body);
CREATE INDEX on_body ON ONLY parts.event USING gin (body);
CREATE INDEX body_of_2024 ON parts.event_2024 USING gin (body);
ALTER INDEX parts.on_body ATTACH PARTITION parts.body_of_2024;
CREATE INDEX a_twin ON parts.event_2024 (kind, id DESC) INCLUDE (at) WHERE id > 0;
COMMENT ON INDEX parts.event_by_kind IS 'Of all of them';
COMMENT ON CONSTRAINT has_kind ON parts.event_2024 IS 'Inherited, and said again';

CREATE TRIGGER noted BEFORE INSERT ON parts.event FOR EACH ROW EXECUTE FUNCTION parts.noted();
CREATE TRIGGER silent AFTER UPDATE ON parts.event FOR EACH ROW EXECUTE FUNCTION parts.noted();
ALTER TABLE parts.event DISABLE TRIGGER silent;
ALTER TABLE parts.event_2024 DISABLE TRIGGER noted;
CREATE TRIGGER own BEFORE INSERT ON parts.ancient FOR EACH ROW EXECUTE FUNCTION parts.noted();

CREATE TABLE parts.refers (
    id bigint, at timestamp with time zone,
    CONSTRAINT points FOREIGN KEY (id, at) REFERENCES parts.event ON DELETE CASCADE
);

CREATE TYPE parts.colour AS ENUM ('red', 'it''s');
CREATE TABLE parts.by_list (a integer, c parts.colour, n text) PARTITION BY LIST (c);
CREATE TABLE parts.red PARTITION OF parts.by_list FOR VALUES IN ('red', NULL);
CREATE TABLE parts.others PARTITION OF parts.by_list FOR VALUES IN ('it''s')
    PARTITION BY RANGE (a, lower(n) COLLATE "C" text_pattern_ops, (a + 1));
CREATE TABLE parts.deepest PARTITION OF parts.others
    FOR VALUES FROM (1, MINVALUE, MINVALUE) TO (2, 'z', 5);

CREATE TABLE parts.by_hash (id bigint, data text, UNIQUE (id)) PARTITION BY HASH (id);
CREATE TABLE parts.hash_0 PARTITION OF parts.by_hash FOR VALUES WITH (modulus 2, remainder 0);
CREATE TABLE parts.hash_1 PARTITION OF parts.by_hash FOR VALUES WITH (modulus 2, remainder 1);
ALTER TABLE parts.hash_1 RENAME CONSTRAINT hash_1_id_key TO "another ""name""";
CREATE TABLE parts.by_call (id bigint) PARTITION BY LIST (parts.bucket(id));
CREATE TABLE parts.by_call_1 PARTITION OF parts.by_call FOR VALUES IN (1);
CREATE TABLE parts.empty (id bigint PRIMARY KEY) PARTITION BY RANGE (id);

ALTER TABLE parts.by_list ADD CONSTRAINT target FOREIGN KEY (a) REFERENCES parts.empty (id);
CREATE TABLE parts.aaa (id bigint);
ALTER TABLE parts.aaa ADD CONSTRAINT few CHECK (id < 100) NOT VALID;
CREATE TABLE parts.zzz (id bigint) PARTITION BY RANGE (id);
ALTER TABLE parts.zzz ADD CONSTRAINT few CHECK (id < 100) NOT VALID;
ALTER TABLE parts.zzz ATTACH PARTITION parts.aaa FOR VALUES FROM (0) TO (10);

-- states of a constraint trigger's copies, foreign keys of a piece alone, columns kept otherwise
CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON parts.by_hash FROM parts.refers
    DEFERRABLE FOR EACH ROW EXECUTE FUNCTION parts.noted();
ALTER TABLE parts.hash_0 ENABLE ALWAYS TRIGGER checked;
ALTER TABLE parts.hash_1 ADD CONSTRAINT alone FOREIGN KEY (id) REFERENCES parts.empty;
ALTER TABLE parts.by_hash ADD CONSTRAINT "all of them" FOREIGN KEY (id)
    REFERENCES parts.empty ON DELETE CASCADE;
ALTER TABLE ONLY parts.by_hash ALTER data SET STORAGE EXTERNAL, ALTER data SET STATISTICS 7;
ALTER TABLE parts.hash_0 ALTER data SET STORAGE MAIN, REPLICA IDENTITY FULL;
ALTER TABLE parts.hash_1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY small ON parts.hash_1 USING (id < 9);
CREATE UNIQUE INDEX by_both ON parts.by_hash (id, lower(data));
ALTER TABLE parts.hash_1 CLUSTER ON hash_1_id_lower_idx;
CREATE STATISTICS parts.of_pieces ON id, data FROM parts.hash_1;
CREATE RULE silence AS ON DELETE TO parts.hash_1 DO INSTEAD NOTHING;
ALTER TABLE parts.ancient SET (autovacuum_enabled = false);

-- a view that needs the key of a table in pieces
CREATE VIEW parts.counted AS SELECT id, at, kind, count(*) AS n FROM parts.event GROUP BY id, at;
CREATE VIEW parts.abc AS SELECT id FROM parts.hash_0;
