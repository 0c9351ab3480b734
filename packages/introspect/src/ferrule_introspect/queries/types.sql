-- Every type, by name. An array is a type that its element names as its own: oidvector is none.
SELECT
    t.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    t.typname::pg_catalog.text AS name,
    element.oid AS element
FROM pg_catalog.pg_type AS t
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
LEFT JOIN pg_catalog.pg_type AS element
    ON element.oid OPERATOR(pg_catalog.=) t.typelem
    AND element.typarray OPERATOR(pg_catalog.=) t.oid
