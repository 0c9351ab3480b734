-- Tables, views, materialized views and foreign tables. Partitions and what extensions brought are left out.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    c.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS name,
    c.relkind::pg_catalog.text AS kind,
    c.reloptions AS options,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AS readable
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}'::pg_catalog."char"[])
    AND NOT c.relispartition
    AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
    AND (
        n.oid OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) c.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
