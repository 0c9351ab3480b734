-- Who may see what, and what happens instead: policies, rules, triggers, views.
CREATE SCHEMA guard;
CREATE FUNCTION guard.me() RETURNS text LANGUAGE sql STABLE AS 'SELECT current_user::text';
CREATE FUNCTION guard.fired() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE guard.doc (id integer PRIMARY KEY, owner text, body text, parent integer);
CREATE TABLE guard.log (id integer, what text);
ALTER TABLE guard.doc ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE guard.log FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON guard.doc;
CREATE POLICY mine ON guard.doc AS PERMISSIVE FOR ALL TO PUBLIC
    USING (owner = guard.me()) WITH CHECK (owner = guard.me() AND body <> 'it''s');
CREATE POLICY "only ""some""" ON guard.doc AS RESTRICTIVE FOR SELECT TO pg_monitor, CURRENT_USER
    USING (EXISTS (SELECT FROM guard.log l WHERE l.id = doc.id));
CREATE POLICY adds ON guard.doc FOR INSERT TO pg_read_all_data WITH CHECK (id > 0);
CREATE POLICY changes ON guard.doc FOR UPDATE USING (id > 1);
CREATE POLICY removes ON guard.doc FOR DELETE USING (false);
COMMENT ON POLICY mine ON guard.doc IS 'One''s own';

CREATE VIEW guard.papers AS SELECT id, owner, body FROM guard.doc;
CREATE RULE noted AS ON UPDATE TO guard.doc WHERE (old.body IS DISTINCT FROM new.body)
    DO ALSO INSERT INTO guard.log (id, what) VALUES (new.id, 'a;b');
CREATE RULE kept AS ON DELETE TO guard.doc DO INSTEAD NOTHING;
CREATE RULE "both ""things""" AS ON INSERT TO guard.papers DO INSTEAD (
    INSERT INTO guard.doc (id, owner, body) VALUES (new.id, guard.me(), new.body);
    INSERT INTO guard.log VALUES (new.id, 'added');
);
ALTER TABLE guard.doc DISABLE RULE kept;
ALTER TABLE guard.doc ENABLE ALWAYS RULE noted;
COMMENT ON RULE noted ON guard.doc IS 'Writes it down';

CREATE TRIGGER plain AFTER INSERT ON guard.doc
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION guard.fired('a', 'it''s');
CREATE TRIGGER "at ""times""" BEFORE UPDATE OF body, owner ON guard.doc FOR EACH ROW
    WHEN (old.body IS DISTINCT FROM new.body) EXECUTE FUNCTION guard.fired();
CREATE CONSTRAINT TRIGGER at_last AFTER INSERT ON guard.doc FROM guard.log
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard.fired();
CREATE TRIGGER instead INSTEAD OF UPDATE ON guard.papers FOR EACH ROW EXECUTE FUNCTION guard.fired();
CREATE TRIGGER cut AFTER TRUNCATE ON guard.doc EXECUTE FUNCTION guard.fired();
ALTER TABLE guard.doc DISABLE TRIGGER cut;
ALTER TABLE guard.doc ENABLE REPLICA TRIGGER plain;
ALTER TABLE guard.doc ENABLE ALWAYS TRIGGER at_last;
COMMENT ON TRIGGER cut ON guard.doc IS 'Off';

CREATE RECURSIVE VIEW guard.tree (id, depth) AS
    SELECT id, 0 FROM guard.doc WHERE parent IS NULL
    UNION ALL SELECT d.id, t.depth + 1 FROM guard.doc d JOIN tree t ON d.parent = t.id;
CREATE VIEW guard.barred WITH (security_barrier, check_option = local) AS
    SELECT * FROM guard.doc WHERE id > 0;
CREATE VIEW guard.cascaded AS SELECT * FROM guard.barred WHERE id > 1 WITH CASCADED CHECK OPTION;
ALTER VIEW guard.barred ALTER COLUMN body SET DEFAULT 'empty';
COMMENT ON COLUMN guard.barred.body IS 'With a default';
