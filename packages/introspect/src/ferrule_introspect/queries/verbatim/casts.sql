-- Casts that people made; those that come with the server are below 16384, those of a range
-- type belong to it.
SELECT
    'cast'::pg_catalog.text AS kind,
    'pg_cast'::pg_catalog.text AS catalog,
    k.oid AS oid,
    NULL::pg_catalog.text AS schema,
    pg_catalog.format(
        '(%s AS %s)',
        pg_catalog.format_type(k.castsource, NULL),
        pg_catalog.format_type(k.casttarget, NULL)
    )::pg_catalog.text AS label,
    pg_catalog.format(
        '(%s AS %s)',
        pg_catalog.format_type(k.castsource, NULL),
        pg_catalog.format_type(k.casttarget, NULL)
    ) AS name,
    ARRAY[
        pg_catalog.concat(
            pg_catalog.format(
                'CREATE CAST (%s AS %s)',
                pg_catalog.format_type(k.castsource, NULL),
                pg_catalog.format_type(k.casttarget, NULL)
            ),
            CASE
                WHEN k.castmethod OPERATOR(pg_catalog.=) 'i' THEN ' WITH INOUT'
                WHEN k.castmethod OPERATOR(pg_catalog.=) 'b' THEN ' WITHOUT FUNCTION'
                ELSE ' WITH FUNCTION '
                OPERATOR(pg_catalog.||) k.castfunc::pg_catalog.regprocedure::pg_catalog.text
            END,
            CASE
                WHEN k.castcontext OPERATOR(pg_catalog.=) 'i' THEN ' AS IMPLICIT'
                WHEN k.castcontext OPERATOR(pg_catalog.=) 'a' THEN ' AS ASSIGNMENT' END
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_cast AS k
WHERE k.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_cast'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) k.oid
            AND member.deptype OPERATOR(pg_catalog.=) ANY ('{e,i}'::pg_catalog."char"[])
    )
