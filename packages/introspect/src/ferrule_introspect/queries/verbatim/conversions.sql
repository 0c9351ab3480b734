-- Conversions between encodings.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    'conversion'::pg_catalog.text AS kind,
    'pg_conversion'::pg_catalog.text AS catalog,
    k.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    k.conname::pg_catalog.text AS label,
    pg_catalog.format('%I.%I', n.nspname, k.conname) AS name,
    ARRAY[
        pg_catalog.format(
            'CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s',
            CASE WHEN k.condefault THEN 'DEFAULT ' END,
            n.nspname,
            k.conname,
            pg_catalog.pg_encoding_to_char(k.conforencoding),
            pg_catalog.pg_encoding_to_char(k.contoencoding),
            k.conproc::pg_catalog.regproc::pg_catalog.text
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_conversion AS k
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) k.connamespace
WHERE k.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_conversion'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) k.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
