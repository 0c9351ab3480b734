-- Columns of tables, views and composite types, in their physical order.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- "absent" stands in for columns that older servers lack: an unqualified name is looked for in
-- pg_attribute first, and only then outside of the LATERAL subquery.
SELECT
    a.attrelid AS relation,
    a.attnum::pg_catalog.int4 AS number,
    a.attname::pg_catalog.text AS name,
    a.atttypid AS type,
    a.atttypmod AS modifier,
    a.attndims::pg_catalog.int4 AS dimensions,
    a.attnotnull AS not_null,
    a.attidentity::pg_catalog.text AS identity,
    a.attgenerated::pg_catalog.text AS generated,
    kn.nspname::pg_catalog.text AS collation_schema,
    k.collname::pg_catalog.text AS collation_name,
    d.oid AS default_oid,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
    CASE
        WHEN a.attstorage OPERATOR(pg_catalog.<>) t.typstorage THEN a.attstorage::pg_catalog.text
    END AS storage,
    a.attcompression::pg_catalog.text AS compression,
    CASE
        WHEN a.attstattarget OPERATOR(pg_catalog.>=) 0 THEN a.attstattarget::pg_catalog.int4
    END AS statistics_target,
    a.attoptions AS options,
    a.attislocal OR c.relispartition AS local
FROM (SELECT ''::pg_catalog."char" AS attcompression) AS absent -- PostgreSQL 14
CROSS JOIN LATERAL (
    SELECT
        attrelid, attnum, attname, atttypid, atttypmod, attndims, attnotnull, attidentity,
        attgenerated, attcollation, attstorage, attcompression, attstattarget, attoptions,
        attislocal, attisdropped
    FROM pg_catalog.pg_attribute
) AS a
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) a.attrelid
INNER JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) a.atttypid
LEFT JOIN pg_catalog.pg_attrdef AS d
    ON d.adrelid OPERATOR(pg_catalog.=) a.attrelid
    AND d.adnum OPERATOR(pg_catalog.=) a.attnum
LEFT JOIN pg_catalog.pg_collation AS k
    ON k.oid OPERATOR(pg_catalog.=) a.attcollation
    AND a.attcollation OPERATOR(pg_catalog.<>) t.typcollation
LEFT JOIN pg_catalog.pg_namespace AS kn ON kn.oid OPERATOR(pg_catalog.=) k.collnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,c,f}'::pg_catalog."char"[])
    AND a.attnum OPERATOR(pg_catalog.>) 0
    AND NOT a.attisdropped
    AND (
        c.relnamespace OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
ORDER BY a.attrelid, a.attnum
