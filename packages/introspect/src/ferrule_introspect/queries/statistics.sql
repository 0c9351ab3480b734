-- Statistics objects: over several columns, or over expressions.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    s.oid AS oid,
    s.stxrelid AS relation,
    n.nspname::pg_catalog.text AS schema,
    s.stxname::pg_catalog.text AS name,
    pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
    CASE
        WHEN s.stxstattarget OPERATOR(pg_catalog.>=) 0 THEN s.stxstattarget::pg_catalog.int4
    END AS target
FROM pg_catalog.pg_statistic_ext AS s
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) s.stxnamespace
WHERE
    (
        n.oid OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) s.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
