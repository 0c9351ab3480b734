-- Triggers that people made: not those of foreign keys, nor what a partition has from its parent.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- "absent" stands in for columns that older servers lack: an unqualified name is looked for in
-- pg_trigger first, and only then outside of the LATERAL subquery.
SELECT
    t.oid AS oid,
    t.tgrelid AS relation,
    t.tgname::pg_catalog.text AS name,
    t.tgenabled::pg_catalog.text AS fires,
    pg_catalog.pg_get_triggerdef(t.oid) AS definition
FROM (SELECT 0::pg_catalog.oid AS tgparentid) AS absent -- PostgreSQL 13
CROSS JOIN LATERAL (
    SELECT oid, tgrelid, tgname, tgenabled, tgisinternal, tgparentid
    FROM pg_catalog.pg_trigger
) AS t
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
WHERE NOT t.tgisinternal
    AND t.tgparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
    AND (
        c.relnamespace OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_trigger'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) t.oid
            AND member.deptype OPERATOR(pg_catalog.=) ANY ('{e,i,P,S}'::pg_catalog."char"[])
    )
