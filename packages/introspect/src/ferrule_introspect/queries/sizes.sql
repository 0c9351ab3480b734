-- How large tables and materialized views are with their indexes, and about how many rows they
-- have; of a partitioned table, its partitions. Measuring locks each of them for a moment.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    n.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS name,
    pg_catalog.sum(
        pg_catalog.pg_total_relation_size(part.oid)
    )::pg_catalog.int8 AS bytes,
    CASE
        WHEN pg_catalog.bool_and(part.reltuples OPERATOR(pg_catalog.>=) 0::pg_catalog.float4)
            THEN pg_catalog.sum(part.reltuples)::pg_catalog.int8
    END AS rows
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
CROSS JOIN LATERAL (
    SELECT tree.relid::pg_catalog.oid AS oid
    FROM pg_catalog.pg_partition_tree(c.oid) AS tree
    WHERE tree.isleaf AND c.relkind OPERATOR(pg_catalog.=) 'p'
    UNION ALL
    SELECT c.oid WHERE c.relkind OPERATOR(pg_catalog.<>) 'p'
) AS leaf
INNER JOIN pg_catalog.pg_class AS part ON part.oid OPERATOR(pg_catalog.=) leaf.oid
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,m}'::pg_catalog."char"[])
    AND (
        n.oid OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
GROUP BY n.nspname, c.oid, c.relname
