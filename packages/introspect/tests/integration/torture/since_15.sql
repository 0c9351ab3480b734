-- What came with PostgreSQL 15.
CREATE SCHEMA since_15;
CREATE UNLOGGED SEQUENCE since_15.quick;
CREATE UNLOGGED TABLE since_15.t (
    a integer, b integer, s serial, i integer GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT once UNIQUE NULLS NOT DISTINCT (a),
    CONSTRAINT forget FOREIGN KEY (b) REFERENCES since_15.t (a) ON DELETE SET NULL (b)
);
CREATE UNIQUE INDEX by_b ON since_15.t (b) NULLS NOT DISTINCT;
ALTER SEQUENCE since_15.t_i_seq SET LOGGED;
CREATE TABLE since_15.logged (i integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE since_15.logged_i_seq SET UNLOGGED;
CREATE VIEW since_15.asks WITH (security_invoker) AS SELECT a FROM since_15.t;
