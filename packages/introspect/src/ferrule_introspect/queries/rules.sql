-- Rewrite rules, without those that make a view.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- Printing a rule takes locks on what it names, until the transaction ends.
SELECT
    r.oid AS oid,
    r.ev_class AS relation,
    r.rulename::pg_catalog.text AS name,
    r.ev_enabled::pg_catalog.text AS fires,
    pg_catalog.pg_get_ruledef(r.oid) AS definition
FROM pg_catalog.pg_rewrite AS r
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) r.ev_class
WHERE r.rulename OPERATOR(pg_catalog.<>) '_RETURN'
    AND r.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_rewrite'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) r.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
