-- Collations that people made; those that come with the server are below 16384.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- "absent" stands in for columns that some servers lack: an unqualified name is looked for in
-- pg_collation first, and only then outside of the LATERAL subquery.
SELECT
    k.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    k.collname::pg_catalog.text AS name,
    k.collprovider::pg_catalog.text AS provider,
    COALESCE(k.colllocale, k.colliculocale)::pg_catalog.text AS locale,
    k.collcollate::pg_catalog.text AS lc_collate,
    k.collctype::pg_catalog.text AS lc_ctype,
    k.collisdeterministic AS deterministic,
    k.collicurules::pg_catalog.text AS rules
FROM (
    SELECT
        NULL::pg_catalog.text AS colliculocale, -- PostgreSQL 15 and 16
        NULL::pg_catalog.text AS colllocale, -- PostgreSQL 17
        NULL::pg_catalog.text AS collicurules -- PostgreSQL 16
) AS absent
CROSS JOIN LATERAL (
    SELECT
        oid, collname, collnamespace, collprovider, collcollate, collctype, collisdeterministic,
        colliculocale, colllocale, collicurules
    FROM pg_catalog.pg_collation
) AS k
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) k.collnamespace
WHERE k.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_collation'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) k.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
