-- Properties of tables, columns, indexes and sequences that the catalog does not hold.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- "absent" stands in for columns that older servers lack: an unqualified name is looked for in
-- the table first, and only then outside of the LATERAL subquery.
WITH relations AS (
    SELECT
        c.*,
        pg_catalog.format('%I.%I', n.nspname, c.relname) AS shown
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE NOT c.relispartition
        AND (
            n.oid OPERATOR(pg_catalog.=) ANY ((
                SELECT pg_catalog.string_to_array(
                    pg_catalog.current_setting('ferrule.schemas', true), ','
                )::pg_catalog.oid[]
            )::pg_catalog.oid[])
        ) IS NOT FALSE
),

tables AS (
    SELECT *
    FROM relations
    WHERE relkind OPERATOR(pg_catalog.=) ANY ('{r,p,m}'::pg_catalog."char"[])
),

indexes AS (
    SELECT
        x.*,
        i.indrelid,
        i.indisclustered,
        EXISTS (
            SELECT
            FROM pg_catalog.pg_constraint AS k
            WHERE k.conindid OPERATOR(pg_catalog.=) x.oid
                AND k.contype OPERATOR(pg_catalog.=) ANY ('{p,u,x}'::pg_catalog."char"[])
        ) AS of_constraint
    FROM relations AS x
    INNER JOIN pg_catalog.pg_index AS i ON i.indexrelid OPERATOR(pg_catalog.=) x.oid
),

attributes AS (
    SELECT
        r.relkind,
        a.*,
        CASE
            WHEN r.relkind OPERATOR(pg_catalog.=) ANY ('{i,I}'::pg_catalog."char"[]) THEN r.shown
            ELSE pg_catalog.format('%s.%I', r.shown, a.attname)
        END AS shown
    FROM (SELECT ''::pg_catalog."char" AS attcompression) AS absent -- PostgreSQL 14
    CROSS JOIN LATERAL (
        SELECT
            attrelid, attname, attnum, atttypid, attisdropped, attstorage, attcompression,
            attstattarget, attoptions
        FROM pg_catalog.pg_attribute
    ) AS a
    INNER JOIN relations AS r ON r.oid OPERATOR(pg_catalog.=) a.attrelid
    WHERE a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
)

SELECT oid AS relation, 'unlogged table' AS kind, shown AS name
FROM tables
WHERE relpersistence OPERATOR(pg_catalog.=) 'u'
UNION ALL
SELECT oid, 'partitioning', shown
FROM tables
WHERE relkind OPERATOR(pg_catalog.=) 'p'
UNION ALL
SELECT t.oid, 'inheritance', t.shown
FROM tables AS t
WHERE EXISTS (
    SELECT FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid OPERATOR(pg_catalog.=) t.oid
)
UNION ALL
SELECT oid, 'typed table', shown
FROM tables
WHERE reloftype OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
UNION ALL
SELECT t.oid, 'table access method', t.shown
FROM tables AS t
INNER JOIN pg_catalog.pg_am AS am ON am.oid OPERATOR(pg_catalog.=) t.relam
WHERE am.amname OPERATOR(pg_catalog.<>) 'heap'::pg_catalog.name
UNION ALL
SELECT oid, 'row level security', shown
FROM tables
WHERE relrowsecurity OR relforcerowsecurity
UNION ALL
SELECT oid, 'replica identity', shown
FROM tables
WHERE relreplident OPERATOR(pg_catalog.<>) 'd'
UNION ALL
SELECT t.oid, 'storage parameter', t.shown
FROM tables AS t
LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid OPERATOR(pg_catalog.=) t.reltoastrelid
WHERE toast.reloptions IS NOT NULL
    OR (t.relkind OPERATOR(pg_catalog.<>) 'm' AND t.reloptions IS NOT NULL)
UNION ALL
SELECT oid, 'tablespace', shown
FROM tables
WHERE reltablespace OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
UNION ALL
SELECT indrelid, 'tablespace', shown
FROM indexes
WHERE reltablespace OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
UNION ALL
SELECT indrelid, 'clustered index', shown
FROM indexes
WHERE indisclustered
UNION ALL
SELECT indrelid, 'storage parameter', shown
FROM indexes
WHERE of_constraint AND reloptions IS NOT NULL
UNION ALL
SELECT x.indrelid, 'comment', x.shown
FROM indexes AS x
INNER JOIN pg_catalog.pg_description AS d
    ON d.objoid OPERATOR(pg_catalog.=) x.oid
    AND d.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
WHERE x.of_constraint
UNION ALL
SELECT a.attrelid, 'column storage', a.shown
FROM attributes AS a
INNER JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) a.atttypid
WHERE a.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,m}'::pg_catalog."char"[])
    AND a.attstorage OPERATOR(pg_catalog.<>) t.typstorage
UNION ALL
SELECT attrelid, 'column compression', shown
FROM attributes
WHERE attcompression OPERATOR(pg_catalog.<>) ''::pg_catalog."char"
UNION ALL
SELECT COALESCE(i.indrelid, a.attrelid), 'statistics target', a.shown
FROM attributes AS a
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid OPERATOR(pg_catalog.=) a.attrelid
WHERE a.attstattarget OPERATOR(pg_catalog.>=) 0
UNION ALL
SELECT attrelid, 'column option', shown
FROM attributes
WHERE attoptions IS NOT NULL
    AND relkind OPERATOR(pg_catalog.=) ANY ('{r,p,m}'::pg_catalog."char"[])
UNION ALL
SELECT d.refobjid, 'comment', s.shown
FROM relations AS s
INNER JOIN pg_catalog.pg_depend AS d
    ON d.objid OPERATOR(pg_catalog.=) s.oid
    AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
    AND d.refobjsubid OPERATOR(pg_catalog.>) 0
    AND d.deptype OPERATOR(pg_catalog.=) 'i'
INNER JOIN pg_catalog.pg_description AS comment
    ON comment.objoid OPERATOR(pg_catalog.=) s.oid
    AND comment.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
WHERE s.relkind OPERATOR(pg_catalog.=) 'S'
UNION ALL
SELECT s.oid, 'unlogged sequence', s.shown
FROM relations AS s
WHERE s.relkind OPERATOR(pg_catalog.=) 'S' AND s.relpersistence OPERATOR(pg_catalog.=) 'u'
UNION ALL
SELECT l.objoid, 'security label', r.shown
FROM pg_catalog.pg_seclabel AS l
INNER JOIN relations AS r ON r.oid OPERATOR(pg_catalog.=) l.objoid
WHERE l.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
