-- Policies of row-level security. Role 0 is PUBLIC.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    p.oid AS oid,
    p.polrelid AS relation,
    p.polname::pg_catalog.text AS name,
    p.polpermissive AS permissive,
    p.polcmd::pg_catalog.text AS command,
    ARRAY(
        SELECT
            CASE
                WHEN role.oid OPERATOR(pg_catalog.=) 0::pg_catalog.oid THEN 'public'
                ELSE pg_catalog.pg_get_userbyid(role.oid)::pg_catalog.text
            END
        FROM pg_catalog.unnest(p.polroles) AS role (oid)
    ) AS roles,
    pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using_expression,
    pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS check_expression
FROM pg_catalog.pg_policy AS p
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) p.polrelid
WHERE
    (
        c.relnamespace OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_policy'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) p.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
