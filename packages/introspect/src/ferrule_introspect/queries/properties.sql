-- Properties of tables, columns, indexes and sequences that the catalog does not hold.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    l.objoid AS relation,
    'security label' AS kind,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
FROM pg_catalog.pg_seclabel AS l
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) l.objoid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE l.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
    AND (
        n.oid OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
