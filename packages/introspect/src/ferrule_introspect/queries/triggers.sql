-- Triggers that people made: not those of foreign keys. What a partition has from its parent is
-- given where it acts in other sessions than there: "cloned".
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- "absent" stands in for columns that older servers lack: an unqualified name is looked for in
-- pg_trigger first, and only then outside of the LATERAL subquery.
SELECT
    t.oid AS oid,
    t.tgrelid AS relation,
    t.tgname::pg_catalog.text AS name,
    t.tgenabled::pg_catalog.text AS fires,
    pg_catalog.pg_get_triggerdef(t.oid) AS definition,
    parent.oid IS NOT NULL AS cloned
FROM (SELECT 0::pg_catalog.oid AS tgparentid) AS absent -- PostgreSQL 13
CROSS JOIN LATERAL (
    SELECT
        oid, tgrelid, tgname, tgfoid, tgenabled, tgisinternal, tgconstraint, tgparentid
    FROM pg_catalog.pg_trigger
) AS t
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
LEFT JOIN pg_catalog.pg_trigger AS parent
    ON parent.oid OPERATOR(pg_catalog.=) t.tgparentid
    AND parent.tgfoid OPERATOR(pg_catalog.=) t.tgfoid
LEFT JOIN pg_catalog.pg_constraint AS foreign_key
    ON foreign_key.oid OPERATOR(pg_catalog.=) t.tgconstraint
    AND foreign_key.contype OPERATOR(pg_catalog.=) 'f'
WHERE
    CASE
        WHEN parent.oid IS NULL
            THEN NOT t.tgisinternal AND t.tgparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
        ELSE
            t.tgenabled OPERATOR(pg_catalog.<>) parent.tgenabled
            AND foreign_key.oid IS NULL
    END
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
            AND (
                member.deptype OPERATOR(pg_catalog.=) 'e'
                OR parent.oid IS NULL
                AND member.deptype OPERATOR(pg_catalog.=) ANY ('{i,P,S}'::pg_catalog."char"[])
            )
    )
