-- Kind and name, for people, of the objects that ferrule.objects holds as JSON:
-- {"pg_proc": [16384, 16390]}; unset means none.
SELECT
    class.relname::pg_catalog.text AS catalog,
    wanted.oid AS oid,
    CASE
        WHEN t.typtype OPERATOR(pg_catalog.=) 'b' THEN 'base type'
        WHEN t.typtype OPERATOR(pg_catalog.=) 'c' THEN 'composite type'
        WHEN t.typtype OPERATOR(pg_catalog.=) 'r' THEN 'range type'
        ELSE described.type
    END AS kind,
    described.schema AS schema,
    COALESCE(p.proname::pg_catalog.text, described.name) AS name,
    described.identity AS identity
FROM pg_catalog.jsonb_each(
    CASE
        WHEN pg_catalog.current_setting('ferrule.objects', true) OPERATOR(pg_catalog.<>) ''
            THEN pg_catalog.current_setting('ferrule.objects', true)::pg_catalog.jsonb
    END
) AS catalogs
CROSS JOIN LATERAL (
    SELECT element::pg_catalog.oid AS oid
    FROM pg_catalog.jsonb_array_elements_text(catalogs.value) AS element
) AS wanted
INNER JOIN pg_catalog.pg_class AS class
    ON class.relname OPERATOR(pg_catalog.=) catalogs.key::pg_catalog.name
    AND class.relnamespace OPERATOR(pg_catalog.=) 'pg_catalog'::pg_catalog.regnamespace
CROSS JOIN LATERAL pg_catalog.pg_identify_object(class.oid, wanted.oid, 0) AS described
LEFT JOIN pg_catalog.pg_type AS t
    ON class.relname OPERATOR(pg_catalog.=) 'pg_type'::pg_catalog.name
    AND t.oid OPERATOR(pg_catalog.=) wanted.oid
LEFT JOIN pg_catalog.pg_proc AS p
    ON class.relname OPERATOR(pg_catalog.=) 'pg_proc'::pg_catalog.name
    AND p.oid OPERATOR(pg_catalog.=) wanted.oid
