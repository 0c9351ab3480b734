-- Aggregates; "options" are what stands in the second parentheses of CREATE AGGREGATE.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    p.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    p.proname::pg_catalog.text AS name,
    pg_catalog.pg_get_function_arguments(p.oid) AS arguments,
    pg_catalog.pg_get_function_identity_arguments(p.oid) AS signature,
    pg_catalog.array_remove(
        ARRAY[
            'SFUNC=' OPERATOR(pg_catalog.||) a.aggtransfn::pg_catalog.text,
            'STYPE=' OPERATOR(pg_catalog.||) pg_catalog.format_type(a.aggtranstype, NULL),
            'SSPACE=' OPERATOR(pg_catalog.||) NULLIF(a.aggtransspace, 0),
            'FINALFUNC=' OPERATOR(pg_catalog.||) NULLIF(a.aggfinalfn::pg_catalog.text, '-'),
            CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
            'FINALFUNC_MODIFY=' OPERATOR(pg_catalog.||) CASE
                WHEN a.aggfinalmodify OPERATOR(pg_catalog.=)
                    CASE
                        WHEN a.aggkind OPERATOR(pg_catalog.=) 'n' THEN 'r'::pg_catalog."char"
                        ELSE 'w'::pg_catalog."char"
                    END THEN NULL
                WHEN a.aggfinalmodify OPERATOR(pg_catalog.=) 'r' THEN 'READ_ONLY'
                WHEN a.aggfinalmodify OPERATOR(pg_catalog.=) 's' THEN 'SHAREABLE'
                ELSE 'READ_WRITE'
            END,
            'COMBINEFUNC=' OPERATOR(pg_catalog.||) NULLIF(a.aggcombinefn::pg_catalog.text, '-'),
            'SERIALFUNC=' OPERATOR(pg_catalog.||) NULLIF(a.aggserialfn::pg_catalog.text, '-'),
            'DESERIALFUNC=' OPERATOR(pg_catalog.||) NULLIF(a.aggdeserialfn::pg_catalog.text, '-'),
            'INITCOND=' OPERATOR(pg_catalog.||) pg_catalog.quote_literal(a.agginitval),
            'MSFUNC=' OPERATOR(pg_catalog.||) NULLIF(a.aggmtransfn::pg_catalog.text, '-'),
            'MINVFUNC=' OPERATOR(pg_catalog.||) NULLIF(a.aggminvtransfn::pg_catalog.text, '-'),
            'MSTYPE=' OPERATOR(pg_catalog.||) NULLIF(
                pg_catalog.format_type(a.aggmtranstype, NULL), '-'
            ),
            'MSSPACE=' OPERATOR(pg_catalog.||) NULLIF(a.aggmtransspace, 0),
            'MFINALFUNC=' OPERATOR(pg_catalog.||) NULLIF(a.aggmfinalfn::pg_catalog.text, '-'),
            CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
            'MFINALFUNC_MODIFY=' OPERATOR(pg_catalog.||) CASE
                WHEN a.aggmfinalmodify OPERATOR(pg_catalog.=)
                    CASE
                        WHEN a.aggkind OPERATOR(pg_catalog.=) 'n' THEN 'r'::pg_catalog."char"
                        ELSE 'w'::pg_catalog."char"
                    END THEN NULL
                WHEN a.aggmfinalmodify OPERATOR(pg_catalog.=) 'r' THEN 'READ_ONLY'
                WHEN a.aggmfinalmodify OPERATOR(pg_catalog.=) 's' THEN 'SHAREABLE'
                ELSE 'READ_WRITE'
            END,
            'MINITCOND=' OPERATOR(pg_catalog.||) pg_catalog.quote_literal(a.aggminitval),
            CASE
                WHEN o.oid IS NOT NULL THEN pg_catalog.format(
                    'SORTOP=OPERATOR(%I.%s)', operator_schema.nspname, o.oprname
                )
            END,
            'PARALLEL=' OPERATOR(pg_catalog.||) CASE
                WHEN p.proparallel OPERATOR(pg_catalog.=) 's' THEN 'SAFE'
                WHEN p.proparallel OPERATOR(pg_catalog.=) 'r' THEN 'RESTRICTED'
            END,
            CASE WHEN a.aggkind OPERATOR(pg_catalog.=) 'h' THEN 'HYPOTHETICAL' END
        ],
        NULL
    ) AS options
FROM pg_catalog.pg_proc AS p
INNER JOIN pg_catalog.pg_aggregate AS a ON a.aggfnoid OPERATOR(pg_catalog.=) p.oid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
LEFT JOIN pg_catalog.pg_operator AS o ON o.oid OPERATOR(pg_catalog.=) a.aggsortop
LEFT JOIN pg_catalog.pg_namespace AS operator_schema
    ON operator_schema.oid OPERATOR(pg_catalog.=) o.oprnamespace
WHERE p.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) p.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
