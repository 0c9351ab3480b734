-- Languages that people made, which are not part of an extension.
SELECT
    'language'::pg_catalog.text AS kind,
    'pg_language'::pg_catalog.text AS catalog,
    l.oid AS oid,
    NULL::pg_catalog.text AS schema,
    l.lanname::pg_catalog.text AS label,
    pg_catalog.quote_ident(l.lanname) AS name,
    ARRAY[
        pg_catalog.concat(
            CASE WHEN l.lanpltrusted THEN 'CREATE TRUSTED LANGUAGE ' ELSE 'CREATE LANGUAGE ' END,
            pg_catalog.quote_ident(l.lanname),
            ' HANDLER '
            OPERATOR(pg_catalog.||) NULLIF(l.lanplcallfoid::pg_catalog.regproc::pg_catalog.text, '-'),
            ' INLINE '
            OPERATOR(pg_catalog.||) NULLIF(l.laninline::pg_catalog.regproc::pg_catalog.text, '-'),
            ' VALIDATOR '
            OPERATOR(pg_catalog.||) NULLIF(l.lanvalidator::pg_catalog.regproc::pg_catalog.text, '-')
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_language AS l
WHERE l.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_language'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) l.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
