-- Foreign servers. Options that look like secrets are withheld.
SELECT
    'server'::pg_catalog.text AS kind,
    'pg_foreign_server'::pg_catalog.text AS catalog,
    s.oid AS oid,
    NULL::pg_catalog.text AS schema,
    s.srvname::pg_catalog.text AS label,
    pg_catalog.quote_ident(s.srvname) AS name,
    ARRAY[
        pg_catalog.concat(
            pg_catalog.format('CREATE SERVER %I', s.srvname),
            ' TYPE ' OPERATOR(pg_catalog.||) pg_catalog.quote_literal(s.srvtype),
            ' VERSION ' OPERATOR(pg_catalog.||) pg_catalog.quote_literal(s.srvversion),
            pg_catalog.format(' FOREIGN DATA WRAPPER %I', w.fdwname),
            (
                SELECT ' OPTIONS (' OPERATOR(pg_catalog.||) pg_catalog.string_agg(
                    pg_catalog.format('%I %L', option.option_name, option.option_value),
                    ', ' ORDER BY option.option_name
                ) OPERATOR(pg_catalog.||) ')'
                FROM pg_catalog.pg_options_to_table(s.srvoptions) AS option
                WHERE option.option_name OPERATOR(pg_catalog.!~*) 'pass|secret|token|credential|private|api_?key|access_?key'
            )
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    ARRAY(
        SELECT option.option_name
        FROM pg_catalog.pg_options_to_table(s.srvoptions) AS option
        WHERE option.option_name OPERATOR(pg_catalog.~*) 'pass|secret|token|credential|private|api_?key|access_?key'
        ORDER BY option.option_name
    )::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_foreign_server AS s
INNER JOIN pg_catalog.pg_foreign_data_wrapper AS w ON w.oid OPERATOR(pg_catalog.=) s.srvfdw
WHERE s.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_foreign_server'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) s.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
