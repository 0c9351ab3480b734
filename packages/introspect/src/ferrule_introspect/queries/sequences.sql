-- Sequences with the column that owns them: "i" for an identity column, "a" for OWNED BY.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    c.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS name,
    s.seqtypid AS type,
    s.seqstart AS start,
    s.seqincrement AS increment,
    s.seqmin AS minimum,
    s.seqmax AS maximum,
    s.seqcache AS cache,
    s.seqcycle AS cycle,
    c.relpersistence OPERATOR(pg_catalog.=) 'u' AS unlogged,
    owned.deptype::pg_catalog.text AS ownership,
    owned.refobjid AS owner,
    owned.refobjsubid AS owner_number
FROM pg_catalog.pg_sequence AS s
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) s.seqrelid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_depend AS owned
    ON owned.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
    AND owned.objid OPERATOR(pg_catalog.=) c.oid
    AND owned.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
    AND owned.refobjsubid OPERATOR(pg_catalog.>) 0
    AND owned.deptype OPERATOR(pg_catalog.=) ANY ('{a,i}'::pg_catalog."char"[])
LEFT JOIN pg_catalog.pg_class AS owner ON owner.oid OPERATOR(pg_catalog.=) owned.refobjid
WHERE c.relkind OPERATOR(pg_catalog.=) 'S' -- known already, but not to the planner
    AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
    AND (
        ARRAY[c.relnamespace, owner.relnamespace] OPERATOR(pg_catalog.&&) (
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )
    ) IS NOT FALSE
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) c.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
