-- User mappings. Options that look like secrets are withheld; who may not read options gets
-- none, so "readable" is the condition of the view pg_user_mappings.
SELECT
    'user mapping'::pg_catalog.text AS kind,
    'pg_user_mapping'::pg_catalog.text AS catalog,
    m.umid AS oid,
    NULL::pg_catalog.text AS schema,
    pg_catalog.format(
        'FOR %s SERVER %I',
        CASE
            WHEN m.umuser OPERATOR(pg_catalog.=) 0::pg_catalog.oid
                THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename)
        END,
        m.srvname
    )::pg_catalog.text AS label,
    pg_catalog.format(
        'FOR %s SERVER %I',
        CASE
            WHEN m.umuser OPERATOR(pg_catalog.=) 0::pg_catalog.oid
                THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename)
        END,
        m.srvname
    ) AS name,
    ARRAY[
        pg_catalog.concat(
            'CREATE USER MAPPING ',
            pg_catalog.format(
                'FOR %s SERVER %I',
                CASE
                    WHEN m.umuser OPERATOR(pg_catalog.=) 0::pg_catalog.oid
                        THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename)
                END,
                m.srvname
            ),
            (
                SELECT ' OPTIONS (' OPERATOR(pg_catalog.||) pg_catalog.string_agg(
                    pg_catalog.format('%I %L', option.option_name, option.option_value),
                    ', ' ORDER BY option.option_name
                ) OPERATOR(pg_catalog.||) ')'
                FROM pg_catalog.pg_options_to_table(m.umoptions) AS option
                WHERE option.option_name OPERATOR(pg_catalog.!~*) 'pass|secret|token|credential|private|api_?key|access_?key'
            )
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    ARRAY(
        SELECT option.option_name
        FROM pg_catalog.pg_options_to_table(m.umoptions) AS option
        WHERE option.option_name OPERATOR(pg_catalog.~*) 'pass|secret|token|credential|private|api_?key|access_?key'
        ORDER BY option.option_name
    )::pg_catalog.text[] AS withheld,
    COALESCE(
        reader.rolsuper
        OR CASE
            WHEN m.umuser OPERATOR(pg_catalog.=) 0::pg_catalog.oid THEN pg_catalog.pg_has_role(s.srvowner, 'USAGE')
            ELSE
                m.usename OPERATOR(pg_catalog.=) CURRENT_USER
                AND (
                    pg_catalog.pg_has_role(s.srvowner, 'USAGE')
                    OR pg_catalog.has_server_privilege(s.oid, 'USAGE')
                )
        END,
        false
    ) AS readable
FROM pg_catalog.pg_user_mappings AS m
INNER JOIN pg_catalog.pg_foreign_server AS s ON s.oid OPERATOR(pg_catalog.=) m.srvid
INNER JOIN pg_catalog.pg_roles AS reader ON reader.rolname OPERATOR(pg_catalog.=) CURRENT_USER
WHERE m.umid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_user_mapping'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) m.umid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
