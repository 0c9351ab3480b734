-- Text search configurations with what is done with each kind of token.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    'text search configuration'::pg_catalog.text AS kind,
    'pg_ts_config'::pg_catalog.text AS catalog,
    t.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    t.cfgname::pg_catalog.text AS label,
    pg_catalog.format('%I.%I', n.nspname, t.cfgname) AS name,
    pg_catalog.format(
        'CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)',
        n.nspname,
        t.cfgname,
        parser_schema.nspname,
        parser.prsname
    ) OPERATOR(pg_catalog.||) ARRAY(
        SELECT pg_catalog.format(
            'ALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %I WITH %s',
            n.nspname,
            t.cfgname,
            token.alias,
            pg_catalog.string_agg(
                pg_catalog.format('%I.%I', dictionary_schema.nspname, dictionary.dictname),
                ', ' ORDER BY map.mapseqno
            )
        )
        FROM pg_catalog.pg_ts_config_map AS map
        INNER JOIN pg_catalog.ts_token_type(t.cfgparser) AS token
            ON token.tokid OPERATOR(pg_catalog.=) map.maptokentype
        INNER JOIN pg_catalog.pg_ts_dict AS dictionary ON dictionary.oid OPERATOR(pg_catalog.=) map.mapdict
        INNER JOIN pg_catalog.pg_namespace AS dictionary_schema
            ON dictionary_schema.oid OPERATOR(pg_catalog.=) dictionary.dictnamespace
        WHERE map.mapcfg OPERATOR(pg_catalog.=) t.oid
        GROUP BY token.alias, token.tokid
        ORDER BY token.tokid
    ) AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_ts_config AS t
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.cfgnamespace
INNER JOIN pg_catalog.pg_ts_parser AS parser ON parser.oid OPERATOR(pg_catalog.=) t.cfgparser
INNER JOIN pg_catalog.pg_namespace AS parser_schema
    ON parser_schema.oid OPERATOR(pg_catalog.=) parser.prsnamespace
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_ts_config'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) t.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
