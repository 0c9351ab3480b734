-- What views and materialized views select; nothing where a view has lost its rule, as by hand.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- Printing a view takes ACCESS SHARE locks on what it reads, until the transaction ends: ask last.
SELECT
    c.oid AS relation,
    CASE
        WHEN EXISTS (
            SELECT
            FROM pg_catalog.pg_rewrite AS r
            WHERE r.ev_class OPERATOR(pg_catalog.=) c.oid
                AND r.rulename OPERATOR(pg_catalog.=) '_RETURN'
        ) THEN pg_catalog.pg_get_viewdef(c.oid)
    END AS definition
FROM pg_catalog.pg_class AS c
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{v,m}'::pg_catalog."char"[])
    AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
    AND (
        c.relnamespace OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
