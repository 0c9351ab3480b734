-- Functions, window functions and procedures, but no aggregates.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- What an extension brought, and the constructors of a range type, are left out.
SELECT
    p.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    p.proname::pg_catalog.text AS name,
    p.prokind::pg_catalog.text AS kind,
    COALESCE(p.proallargtypes, p.proargtypes::pg_catalog.oid[]) AS argument_types,
    p.proargmodes::pg_catalog.text[] AS modes,
    p.proargnames AS names,
    CASE
        WHEN p.pronargdefaults OPERATOR(pg_catalog.>) 0 THEN ARRAY(
            SELECT pg_catalog.pg_get_function_arg_default(p.oid, place)
            FROM pg_catalog.generate_series(
                1,
                pg_catalog.cardinality(
                    COALESCE(p.proallargtypes, p.proargtypes::pg_catalog.oid[])
                )
            ) AS place
            ORDER BY place
        )
    END AS defaults,
    p.prorettype AS returns,
    p.proretset AS returns_set,
    l.lanname::pg_catalog.text AS language,
    p.provolatile::pg_catalog.text AS volatility,
    pg_catalog.pg_get_functiondef(p.oid) AS definition
FROM pg_catalog.pg_proc AS p
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
INNER JOIN pg_catalog.pg_language AS l ON l.oid OPERATOR(pg_catalog.=) p.prolang
WHERE p.prokind OPERATOR(pg_catalog.<>) 'a'
    AND p.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) p.oid
            AND member.deptype OPERATOR(pg_catalog.=) ANY ('{e,i}'::pg_catalog."char"[])
    )
