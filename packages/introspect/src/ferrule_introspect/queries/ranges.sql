-- Range types. "absent" stands in for a column that older servers lack: an unqualified name is
-- looked for in pg_range first, and only then outside of the LATERAL subquery.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    t.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    t.typname::pg_catalog.text AS name,
    r.rngsubtype AS subtype,
    class_schema.nspname::pg_catalog.text AS operator_class_schema,
    class.opcname::pg_catalog.text AS operator_class_name,
    kn.nspname::pg_catalog.text AS collation_schema,
    k.collname::pg_catalog.text AS collation_name,
    canonical_schema.nspname::pg_catalog.text AS canonical_schema,
    canonical.proname::pg_catalog.text AS canonical_name,
    difference_schema.nspname::pg_catalog.text AS difference_schema,
    difference.proname::pg_catalog.text AS difference_name,
    many_schema.nspname::pg_catalog.text AS multirange_schema,
    many.typname::pg_catalog.text AS multirange_name
FROM (SELECT 0::pg_catalog.oid AS rngmultitypid) AS absent -- PostgreSQL 14
CROSS JOIN LATERAL (
    SELECT
        rngtypid, rngsubtype, rngcollation, rngsubopc, rngcanonical, rngsubdiff, rngmultitypid
    FROM pg_catalog.pg_range
) AS r
INNER JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) r.rngtypid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
INNER JOIN pg_catalog.pg_type AS subtype ON subtype.oid OPERATOR(pg_catalog.=) r.rngsubtype
LEFT JOIN pg_catalog.pg_opclass AS class
    ON class.oid OPERATOR(pg_catalog.=) r.rngsubopc
    AND NOT (class.opcdefault AND class.opcintype OPERATOR(pg_catalog.=) r.rngsubtype)
LEFT JOIN pg_catalog.pg_namespace AS class_schema
    ON class_schema.oid OPERATOR(pg_catalog.=) class.opcnamespace
LEFT JOIN pg_catalog.pg_collation AS k
    ON k.oid OPERATOR(pg_catalog.=) r.rngcollation
    AND r.rngcollation OPERATOR(pg_catalog.<>) subtype.typcollation
LEFT JOIN pg_catalog.pg_namespace AS kn ON kn.oid OPERATOR(pg_catalog.=) k.collnamespace
LEFT JOIN pg_catalog.pg_proc AS canonical
    ON canonical.oid OPERATOR(pg_catalog.=) r.rngcanonical::pg_catalog.oid
LEFT JOIN pg_catalog.pg_namespace AS canonical_schema
    ON canonical_schema.oid OPERATOR(pg_catalog.=) canonical.pronamespace
LEFT JOIN pg_catalog.pg_proc AS difference
    ON difference.oid OPERATOR(pg_catalog.=) r.rngsubdiff::pg_catalog.oid
LEFT JOIN pg_catalog.pg_namespace AS difference_schema
    ON difference_schema.oid OPERATOR(pg_catalog.=) difference.pronamespace
LEFT JOIN pg_catalog.pg_type AS many ON many.oid OPERATOR(pg_catalog.=) r.rngmultitypid
LEFT JOIN pg_catalog.pg_namespace AS many_schema
    ON many_schema.oid OPERATOR(pg_catalog.=) many.typnamespace
WHERE t.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
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
