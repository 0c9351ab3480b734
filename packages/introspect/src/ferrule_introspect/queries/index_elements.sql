-- Keys of the indexes of exclusions and of no constraint, in order. "key" is the text of the column
-- or expression; "collation" and "operator_class" are names as the server prints them in CREATE INDEX.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
WITH of_none AS MATERIALIZED ( -- first of all: most indexes are those of constraints
    SELECT i.indexrelid, i.indrelid, i.indkey, i.indclass, i.indcollation, i.indoption
    FROM pg_catalog.pg_index AS i
    INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.indrelid
    WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,m}'::pg_catalog."char"[])
        AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
        AND (
            c.relnamespace OPERATOR(pg_catalog.=) ANY ((
                SELECT pg_catalog.string_to_array(
                    pg_catalog.current_setting('ferrule.schemas', true), ','
                )::pg_catalog.oid[]
            )::pg_catalog.oid[])
        ) IS NOT FALSE
        AND NOT EXISTS (
            SELECT
            FROM pg_catalog.pg_constraint AS owner
            WHERE owner.conindid OPERATOR(pg_catalog.=) i.indexrelid
                AND owner.contype OPERATOR(pg_catalog.=) ANY ('{p,u}'::pg_catalog."char"[])
        )
)

SELECT
    i.indexrelid AS index_oid,
    element.number::pg_catalog.int4 AS number,
    COALESCE( -- printing an index takes much longer than quoting a name
        (
            SELECT pg_catalog.quote_ident(t.attname)
            FROM pg_catalog.pg_attribute AS t
            WHERE t.attrelid OPERATOR(pg_catalog.=) i.indrelid
                AND t.attnum OPERATOR(pg_catalog.=) element.column_number
        ),
        pg_catalog.pg_get_indexdef(i.indexrelid, element.number::pg_catalog.int4, false)
    ) AS key,
    kn.nspname::pg_catalog.text AS collation_schema,
    k.collname::pg_catalog.text AS collation_name,
    CASE
        WHEN k.oid IS NULL THEN NULL
        WHEN kn.nspname OPERATOR(pg_catalog.=) 'pg_catalog'
            THEN pg_catalog.format('%I', k.collname)
        ELSE pg_catalog.format('%I.%I', kn.nspname, k.collname)
    END AS collation,
    ocn.nspname::pg_catalog.text AS operator_class_schema,
    oc.opcname::pg_catalog.text AS operator_class_name,
    CASE
        WHEN ocn.nspname OPERATOR(pg_catalog.=) 'pg_catalog'
            THEN pg_catalog.format('%I', oc.opcname)
        ELSE pg_catalog.format('%I.%I', ocn.nspname, oc.opcname)
    END AS operator_class,
    a.attoptions AS operator_class_parameters,
    CASE
        WHEN a.attstattarget OPERATOR(pg_catalog.>=) 0 THEN a.attstattarget::pg_catalog.int4
    END AS statistics_target,
    element.option OPERATOR(pg_catalog.=) ANY ('{1,3}'::pg_catalog.int2[]) AS descending, -- bit 0
    element.option OPERATOR(pg_catalog.=) ANY ('{2,3}'::pg_catalog.int2[]) AS nulls_first -- bit 1
FROM of_none AS i
CROSS JOIN LATERAL ROWS FROM (
    pg_catalog.unnest(i.indclass::pg_catalog.oid[]),
    pg_catalog.unnest(i.indcollation::pg_catalog.oid[]),
    pg_catalog.unnest(i.indoption::pg_catalog.int2[]),
    pg_catalog.unnest(i.indkey::pg_catalog.int2[])
) WITH ORDINALITY AS element (operator_class_oid, collation_oid, option, column_number, number)
INNER JOIN pg_catalog.pg_opclass AS oc
    ON oc.oid OPERATOR(pg_catalog.=) element.operator_class_oid
INNER JOIN pg_catalog.pg_namespace AS ocn ON ocn.oid OPERATOR(pg_catalog.=) oc.opcnamespace
INNER JOIN pg_catalog.pg_attribute AS a
    ON a.attrelid OPERATOR(pg_catalog.=) i.indexrelid
    AND a.attnum OPERATOR(pg_catalog.=) element.number
LEFT JOIN pg_catalog.pg_collation AS k ON k.oid OPERATOR(pg_catalog.=) element.collation_oid
LEFT JOIN pg_catalog.pg_namespace AS kn ON kn.oid OPERATOR(pg_catalog.=) k.collnamespace
ORDER BY i.indexrelid, element.number
