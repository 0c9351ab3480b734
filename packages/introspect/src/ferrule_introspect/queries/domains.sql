-- Domains, without their constraints: those are in constraints.sql.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    t.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    t.typname::pg_catalog.text AS name,
    t.typbasetype AS type,
    t.typtypmod AS modifier,
    t.typndims AS dimensions,
    t.typnotnull AS not_null,
    pg_catalog.pg_get_expr(t.typdefaultbin, 0::pg_catalog.oid) AS default_expression,
    kn.nspname::pg_catalog.text AS collation_schema,
    k.collname::pg_catalog.text AS collation_name
FROM pg_catalog.pg_type AS t
INNER JOIN pg_catalog.pg_type AS base ON base.oid OPERATOR(pg_catalog.=) t.typbasetype
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
LEFT JOIN pg_catalog.pg_collation AS k
    ON k.oid OPERATOR(pg_catalog.=) t.typcollation
    AND t.typcollation OPERATOR(pg_catalog.<>) base.typcollation
LEFT JOIN pg_catalog.pg_namespace AS kn ON kn.oid OPERATOR(pg_catalog.=) k.collnamespace
WHERE t.typtype OPERATOR(pg_catalog.=) 'd'
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
