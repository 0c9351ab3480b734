-- The names in the schemas, as one number: equal numbers mean that no name came, went or moved.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- Functions such as pg_get_expr print the names of this moment, whatever the snapshot. So this is
-- asked in the snapshot and once more after it.
WITH names (namespace, seed, name) AS (
    SELECT n.oid, n.oid::pg_catalog.int8, n.nspname FROM pg_catalog.pg_namespace AS n
    UNION ALL
    SELECT c.relnamespace, c.oid::pg_catalog.int8, c.relname FROM pg_catalog.pg_class AS c
    UNION ALL
    SELECT
        c.relnamespace,
        a.attrelid::pg_catalog.int8 OPERATOR(pg_catalog.*) 65536 OPERATOR(pg_catalog.+) a.attnum,
        a.attname
    FROM pg_catalog.pg_attribute AS a
    INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) a.attrelid
    WHERE a.attnum OPERATOR(pg_catalog.>) 0
    UNION ALL
    SELECT k.connamespace, k.oid::pg_catalog.int8, k.conname FROM pg_catalog.pg_constraint AS k
    UNION ALL
    SELECT t.typnamespace, t.oid::pg_catalog.int8, t.typname FROM pg_catalog.pg_type AS t
    UNION ALL
    SELECT t.typnamespace, e.oid::pg_catalog.int8, e.enumlabel
    FROM pg_catalog.pg_enum AS e
    INNER JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) e.enumtypid
    UNION ALL
    SELECT p.pronamespace, p.oid::pg_catalog.int8, p.proname FROM pg_catalog.pg_proc AS p
    UNION ALL
    SELECT c.relnamespace, t.oid::pg_catalog.int8, t.tgname
    FROM pg_catalog.pg_trigger AS t
    INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
    WHERE NOT t.tgisinternal
    UNION ALL
    SELECT c.relnamespace, r.oid::pg_catalog.int8, r.rulename
    FROM pg_catalog.pg_rewrite AS r
    INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) r.ev_class
    WHERE r.rulename OPERATOR(pg_catalog.<>) '_RETURN'
    UNION ALL
    SELECT s.stxnamespace, s.oid::pg_catalog.int8, s.stxname
    FROM pg_catalog.pg_statistic_ext AS s
    UNION ALL
    SELECT o.oprnamespace, o.oid::pg_catalog.int8, o.oprname FROM pg_catalog.pg_operator AS o
    UNION ALL
    SELECT o.opcnamespace, o.oid::pg_catalog.int8, o.opcname FROM pg_catalog.pg_opclass AS o
    UNION ALL
    SELECT k.collnamespace, k.oid::pg_catalog.int8, k.collname FROM pg_catalog.pg_collation AS k
    UNION ALL
    SELECT t.cfgnamespace, t.oid::pg_catalog.int8, t.cfgname FROM pg_catalog.pg_ts_config AS t
    UNION ALL
    SELECT t.dictnamespace, t.oid::pg_catalog.int8, t.dictname FROM pg_catalog.pg_ts_dict AS t
    UNION ALL
    SELECT o.opfnamespace, o.oid::pg_catalog.int8, o.opfname FROM pg_catalog.pg_opfamily AS o
    UNION ALL
    SELECT NULL, l.oid::pg_catalog.int8, l.lanname FROM pg_catalog.pg_language AS l
    UNION ALL
    SELECT NULL, s.oid::pg_catalog.int8, s.srvname FROM pg_catalog.pg_foreign_server AS s
    UNION ALL
    SELECT NULL, p.oid::pg_catalog.int8, p.pubname FROM pg_catalog.pg_publication AS p
)

SELECT
    pg_catalog.sum(
        pg_catalog.hashtextextended(names.name::pg_catalog.text, names.seed)
    )::pg_catalog.text AS names
FROM names
WHERE
    (
        names.namespace OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
