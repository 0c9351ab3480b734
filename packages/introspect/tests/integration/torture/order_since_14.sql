-- What needs what, in orders that names do not give.
CREATE SCHEMA need;
CREATE TABLE need.z_base (id integer PRIMARY KEY, name text);
CREATE FUNCTION need.a_counted() RETURNS TABLE (id integer, name text, n bigint)
    LANGUAGE sql BEGIN ATOMIC
    SELECT b.id, b.name, count(*) FROM need.z_base b GROUP BY b.id;
END;
CREATE FUNCTION need.of_whole(need.z_base) RETURNS integer LANGUAGE sql IMMUTABLE
    RETURN ($1).id + 1;
CREATE FUNCTION need.next() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE need.a_user (
    n integer DEFAULT need.next(), whole need.z_base,
    CONSTRAINT right_one CHECK (need.of_whole(whole) > 0)
);
CREATE VIEW need.a_view AS SELECT * FROM need.a_counted();
CREATE TABLE need.m_of_view (v need.a_view);
CREATE INDEX by_whole ON need.a_user (need.of_whole(whole));
CREATE FUNCTION need.b_may(integer) RETURNS boolean LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT EXISTS (SELECT FROM need.a_view v WHERE v.id = $1); END;
ALTER TABLE need.z_base ENABLE ROW LEVEL SECURITY;
CREATE POLICY circular ON need.z_base USING (need.b_may(id));
CREATE RULE onwards AS ON INSERT TO need.a_view DO INSTEAD
    INSERT INTO need.z_base (id, name) VALUES (new.id, new.name)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id, name, 1::bigint;
CREATE MATERIALIZED VIEW need.a_stored AS SELECT id, name FROM need.z_base GROUP BY id;
CREATE VIEW need.a_over AS SELECT * FROM need.a_stored;
CREATE TABLE need.c_in_parts (id integer, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE need.a_part PARTITION OF need.c_in_parts FOR VALUES FROM (1) TO (2);
CREATE FUNCTION need.a_of_parts() RETURNS SETOF need.a_part LANGUAGE sql
    BEGIN ATOMIC SELECT id FROM need.c_in_parts GROUP BY id; END;
CREATE TABLE need.a_child (own integer) INHERITS (need.z_base);
