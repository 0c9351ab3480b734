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
    COALESCE(described.schema, fn.nspname::pg_catalog.text) AS schema,
    COALESCE(
        p.proname, o.oprname, oc.opcname, f.opfname, described.name::pg_catalog.name
    )::pg_catalog.text AS name,
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
LEFT JOIN pg_catalog.pg_operator AS o
    ON class.relname OPERATOR(pg_catalog.=) 'pg_operator'::pg_catalog.name
    AND o.oid OPERATOR(pg_catalog.=) wanted.oid
LEFT JOIN pg_catalog.pg_opclass AS oc
    ON class.relname OPERATOR(pg_catalog.=) 'pg_opclass'::pg_catalog.name
    AND oc.oid OPERATOR(pg_catalog.=) wanted.oid
LEFT JOIN pg_catalog.pg_amop AS am
    ON class.relname OPERATOR(pg_catalog.=) 'pg_amop'::pg_catalog.name
    AND am.oid OPERATOR(pg_catalog.=) wanted.oid
LEFT JOIN pg_catalog.pg_amproc AS ap
    ON class.relname OPERATOR(pg_catalog.=) 'pg_amproc'::pg_catalog.name
    AND ap.oid OPERATOR(pg_catalog.=) wanted.oid
LEFT JOIN pg_catalog.pg_opfamily AS f
    ON f.oid OPERATOR(pg_catalog.=) COALESCE(
        am.amopfamily,
        ap.amprocfamily,
        CASE
            WHEN class.relname OPERATOR(pg_catalog.=) 'pg_opfamily'::pg_catalog.name
                THEN wanted.oid
        END
    )
LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid OPERATOR(pg_catalog.=) f.opfnamespace
