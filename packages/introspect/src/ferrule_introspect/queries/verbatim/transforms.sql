-- Transforms of types for languages.
SELECT
    'transform'::pg_catalog.text AS kind,
    'pg_transform'::pg_catalog.text AS catalog,
    t.oid AS oid,
    NULL::pg_catalog.text AS schema,
    pg_catalog.format('FOR %s LANGUAGE %I', pg_catalog.format_type(t.trftype, NULL), l.lanname)::pg_catalog.text AS label,
    pg_catalog.format('FOR %s LANGUAGE %I', pg_catalog.format_type(t.trftype, NULL), l.lanname) AS name,
    ARRAY[
        pg_catalog.format(
            'CREATE TRANSFORM FOR %s LANGUAGE %I (%s)',
            pg_catalog.format_type(t.trftype, NULL),
            l.lanname,
            pg_catalog.concat_ws(
                ', ',
                'FROM SQL WITH FUNCTION '
               
                OPERATOR(pg_catalog.||) NULLIF(t.trffromsql::pg_catalog.regprocedure::pg_catalog.text, '-'),
                'TO SQL WITH FUNCTION '
               
                OPERATOR(pg_catalog.||) NULLIF(t.trftosql::pg_catalog.regprocedure::pg_catalog.text, '-')
            )
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_transform AS t
INNER JOIN pg_catalog.pg_language AS l ON l.oid OPERATOR(pg_catalog.=) t.trflang
WHERE t.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_transform'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) t.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
