-- Access methods, of tables and of indexes.
SELECT
    'access method'::pg_catalog.text AS kind,
    'pg_am'::pg_catalog.text AS catalog,
    a.oid AS oid,
    NULL::pg_catalog.text AS schema,
    a.amname::pg_catalog.text AS label,
    pg_catalog.quote_ident(a.amname) AS name,
    ARRAY[
        pg_catalog.format(
            'CREATE ACCESS METHOD %I TYPE %s HANDLER %s',
            a.amname,
            CASE WHEN a.amtype OPERATOR(pg_catalog.=) 't' THEN 'TABLE' ELSE 'INDEX' END,
            a.amhandler::pg_catalog.regproc::pg_catalog.text
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_am AS a
WHERE a.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_am'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) a.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
