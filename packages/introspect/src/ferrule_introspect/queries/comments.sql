-- Comments on what people made. "number" is the column's, or 0.
SELECT
    catalog.relname::pg_catalog.text AS catalog,
    d.objoid AS oid,
    d.objsubid AS number,
    d.description AS comment
FROM pg_catalog.pg_description AS d
INNER JOIN pg_catalog.pg_class AS catalog ON catalog.oid OPERATOR(pg_catalog.=) d.classoid
WHERE d.objoid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid -- below are the server's own
    OR (
        d.objoid OPERATOR(pg_catalog.=) 2200::pg_catalog.oid -- the schema "public"
        AND d.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
        AND d.description OPERATOR(pg_catalog.<>) 'standard public schema'
    )
