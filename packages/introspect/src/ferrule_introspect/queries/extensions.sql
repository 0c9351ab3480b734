-- Extensions that people installed. Below 16384 are the server's own.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    e.oid AS oid,
    e.extname::pg_catalog.text AS name,
    n.nspname::pg_catalog.text AS schema,
    EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) n.oid
            AND member.refclassid
            OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
            AND member.refobjid OPERATOR(pg_catalog.=) e.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    ) AS makes_schema
FROM pg_catalog.pg_extension AS e
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
WHERE e.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND (
        n.oid OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
