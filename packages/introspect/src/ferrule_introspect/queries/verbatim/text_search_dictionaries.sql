-- Text search dictionaries; the server keeps their options as SQL text.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    'text search dictionary'::pg_catalog.text AS kind,
    'pg_ts_dict'::pg_catalog.text AS catalog,
    t.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    t.dictname::pg_catalog.text AS label,
    pg_catalog.format('%I.%I', n.nspname, t.dictname) AS name,
    ARRAY[
        pg_catalog.format(
            'CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %I.%I%s)',
            n.nspname,
            t.dictname,
            template_schema.nspname,
            template.tmplname,
            ', ' OPERATOR(pg_catalog.||) t.dictinitoption
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_ts_dict AS t
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.dictnamespace
INNER JOIN pg_catalog.pg_ts_template AS template ON template.oid OPERATOR(pg_catalog.=) t.dicttemplate
INNER JOIN pg_catalog.pg_namespace AS template_schema
    ON template_schema.oid OPERATOR(pg_catalog.=) template.tmplnamespace
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_ts_dict'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) t.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
