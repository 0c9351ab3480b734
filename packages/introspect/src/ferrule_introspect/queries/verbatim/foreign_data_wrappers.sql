-- Foreign data wrappers. Options that look like secrets are withheld.
SELECT
    'foreign data wrapper'::pg_catalog.text AS kind,
    'pg_foreign_data_wrapper'::pg_catalog.text AS catalog,
    w.oid AS oid,
    NULL::pg_catalog.text AS schema,
    w.fdwname::pg_catalog.text AS label,
    pg_catalog.quote_ident(w.fdwname) AS name,
    ARRAY[
        pg_catalog.concat(
            pg_catalog.format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname),
            ' HANDLER '
            OPERATOR(pg_catalog.||) NULLIF(w.fdwhandler::pg_catalog.regproc::pg_catalog.text, '-'),
            ' VALIDATOR '
            OPERATOR(pg_catalog.||) NULLIF(w.fdwvalidator::pg_catalog.regproc::pg_catalog.text, '-'),
            (
                SELECT ' OPTIONS (' OPERATOR(pg_catalog.||) pg_catalog.string_agg(
                    pg_catalog.format('%I %L', option.option_name, option.option_value),
                    ', ' ORDER BY option.option_name
                ) OPERATOR(pg_catalog.||) ')'
                FROM pg_catalog.pg_options_to_table(w.fdwoptions) AS option
                WHERE option.option_name OPERATOR(pg_catalog.!~*) 'pass|secret|token|credential|private|api_?key|access_?key'
            )
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    ARRAY(
        SELECT option.option_name
        FROM pg_catalog.pg_options_to_table(w.fdwoptions) AS option
        WHERE option.option_name OPERATOR(pg_catalog.~*) 'pass|secret|token|credential|private|api_?key|access_?key'
        ORDER BY option.option_name
    )::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_foreign_data_wrapper AS w
WHERE w.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) w.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
