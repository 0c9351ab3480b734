-- What foreign data wrappers are told of foreign tables, and of their columns as JSON: a list of
-- columns with the options of each.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    f.ftrelid AS relation,
    s.srvname::pg_catalog.text AS server,
    f.ftoptions AS options,
    (
        SELECT
            pg_catalog.jsonb_agg(
                pg_catalog.jsonb_build_array(a.attname, pg_catalog.to_jsonb(a.attfdwoptions))
                ORDER BY a.attnum
            )
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid OPERATOR(pg_catalog.=) f.ftrelid
            AND a.attnum OPERATOR(pg_catalog.>) 0
            AND NOT a.attisdropped
            AND a.attfdwoptions IS NOT NULL
    )::pg_catalog.text AS column_options
FROM pg_catalog.pg_foreign_table AS f
INNER JOIN pg_catalog.pg_foreign_server AS s ON s.oid OPERATOR(pg_catalog.=) f.ftserver
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) f.ftrelid
WHERE
    (
        c.relnamespace OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
