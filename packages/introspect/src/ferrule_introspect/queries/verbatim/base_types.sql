-- Base types, and types of which only the name is there.
-- "absent" stands in for a column that older servers lack: an unqualified name is looked for in
-- pg_type first, and only then outside of the LATERAL subquery.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    CASE WHEN t.typisdefined THEN 'base type' ELSE 'shell type' END::pg_catalog.text AS kind,
    'pg_type'::pg_catalog.text AS catalog,
    t.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    t.typname::pg_catalog.text AS label,
    pg_catalog.format('%I.%I', n.nspname, t.typname) AS name,
    pg_catalog.array_remove(
        ARRAY[
            pg_catalog.format('CREATE TYPE %I.%I', n.nspname, t.typname),
            CASE
                WHEN t.typisdefined THEN pg_catalog.format(
                    'CREATE TYPE %I.%I (%s)',
                    n.nspname,
                    t.typname,
                    pg_catalog.concat_ws(
                        ', ',
                        'INPUT = '
                        OPERATOR(pg_catalog.||) t.typinput::pg_catalog.regproc::pg_catalog.text,
                        'OUTPUT = '
                        OPERATOR(pg_catalog.||) t.typoutput::pg_catalog.regproc::pg_catalog.text,
                        'RECEIVE = '
                       
                        OPERATOR(pg_catalog.||) NULLIF(t.typreceive::pg_catalog.regproc::pg_catalog.text, '-'),
                        'SEND = '
                       
                        OPERATOR(pg_catalog.||) NULLIF(t.typsend::pg_catalog.regproc::pg_catalog.text, '-'),
                        'TYPMOD_IN = '
                       
                        OPERATOR(pg_catalog.||) NULLIF(t.typmodin::pg_catalog.regproc::pg_catalog.text, '-'),
                        'TYPMOD_OUT = '
                       
                        OPERATOR(pg_catalog.||) NULLIF(t.typmodout::pg_catalog.regproc::pg_catalog.text, '-'),
                        'ANALYZE = '
                       
                        OPERATOR(pg_catalog.||) NULLIF(t.typanalyze::pg_catalog.regproc::pg_catalog.text, '-'),
                        'SUBSCRIPT = '
                       
                        OPERATOR(pg_catalog.||) NULLIF(t.typsubscript::pg_catalog.regproc::pg_catalog.text, '-'),
                        'INTERNALLENGTH = ' OPERATOR(pg_catalog.||) CASE
                            WHEN t.typlen OPERATOR(pg_catalog.<) 0 THEN 'VARIABLE'
                            ELSE t.typlen::pg_catalog.text
                        END,
                        CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
                        'ALIGNMENT = ' OPERATOR(pg_catalog.||) CASE
                            WHEN t.typalign OPERATOR(pg_catalog.=) 'c' THEN 'char'
                            WHEN t.typalign OPERATOR(pg_catalog.=) 's' THEN 'int2'
                            WHEN t.typalign OPERATOR(pg_catalog.=) 'd' THEN 'double'
                            ELSE 'int4'
                        END,
                        'STORAGE = ' OPERATOR(pg_catalog.||) CASE
                            WHEN t.typstorage OPERATOR(pg_catalog.=) 'p' THEN 'plain'
                            WHEN t.typstorage OPERATOR(pg_catalog.=) 'e' THEN 'external'
                            WHEN t.typstorage OPERATOR(pg_catalog.=) 'x' THEN 'extended'
                            ELSE 'main'
                        END,
                        'CATEGORY = '
                        OPERATOR(pg_catalog.||) pg_catalog.quote_literal(t.typcategory::pg_catalog.text),
                        CASE WHEN t.typispreferred THEN 'PREFERRED = true' END,
                        'DEFAULT = ' OPERATOR(pg_catalog.||) pg_catalog.quote_literal(t.typdefault),
                        'ELEMENT = '
                        OPERATOR(pg_catalog.||) pg_catalog.format_type(NULLIF(t.typelem, 0::pg_catalog.oid), NULL),
                        'DELIMITER = '
                        OPERATOR(pg_catalog.||) pg_catalog.quote_literal(t.typdelim::pg_catalog.text),
                        CASE
                            WHEN t.typcollation OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
                                THEN 'COLLATABLE = true'
                        END
                    )
                )
            END
        ],
        NULL
    ) AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM (SELECT 0::pg_catalog.oid AS typsubscript) AS absent -- PostgreSQL 14
CROSS JOIN LATERAL (
    SELECT
        oid, typname, typnamespace, typtype, typisdefined, typinput, typoutput, typreceive,
        typsend, typmodin, typmodout, typanalyze, typsubscript, typlen, typbyval, typalign,
        typstorage, typcategory, typispreferred, typdefault, typelem, typdelim, typcollation
    FROM pg_catalog.pg_type
) AS t
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
WHERE t.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND (t.typtype OPERATOR(pg_catalog.=) 'b' OR NOT t.typisdefined)
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_type'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) t.oid
            AND member.deptype OPERATOR(pg_catalog.=) ANY ('{e,i}'::pg_catalog."char"[])
    )
