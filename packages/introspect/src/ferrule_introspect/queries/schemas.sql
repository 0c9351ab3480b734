-- Schemas, without those that the server makes for itself.
SELECT
    n.oid AS oid,
    n.nspname::pg_catalog.text AS name,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS readable,
    EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) n.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    ) AS of_extension
FROM pg_catalog.pg_namespace AS n
WHERE n.nspname OPERATOR(pg_catalog.!~) '^(pg_|information_schema$)'
