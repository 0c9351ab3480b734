-- Composite types that were made as such: not the types of the rows of tables and views.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    t.oid AS oid,
    t.typrelid AS relation,
    n.nspname::pg_catalog.text AS schema,
    t.typname::pg_catalog.text AS name
FROM pg_catalog.pg_type AS t
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) t.typrelid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) 'c'
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_type'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) t.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
