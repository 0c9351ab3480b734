-- Text search parsers.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    'text search parser'::pg_catalog.text AS kind,
    'pg_ts_parser'::pg_catalog.text AS catalog,
    t.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    t.prsname::pg_catalog.text AS label,
    pg_catalog.format('%I.%I', n.nspname, t.prsname) AS name,
    ARRAY[
        pg_catalog.format(
            'CREATE TEXT SEARCH PARSER %I.%I (%s)',
            n.nspname,
            t.prsname,
            pg_catalog.concat_ws(
                ', ',
                'START = ' OPERATOR(pg_catalog.||) t.prsstart::pg_catalog.regproc::pg_catalog.text,
                'GETTOKEN = '
                OPERATOR(pg_catalog.||) t.prstoken::pg_catalog.regproc::pg_catalog.text,
                'END = ' OPERATOR(pg_catalog.||) t.prsend::pg_catalog.regproc::pg_catalog.text,
                'LEXTYPES = '
                OPERATOR(pg_catalog.||) t.prslextype::pg_catalog.regproc::pg_catalog.text,
                'HEADLINE = '
                OPERATOR(pg_catalog.||) NULLIF(t.prsheadline::pg_catalog.regproc::pg_catalog.text, '-')
            )
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_ts_parser AS t
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.prsnamespace
WHERE t.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_ts_parser'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) t.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
