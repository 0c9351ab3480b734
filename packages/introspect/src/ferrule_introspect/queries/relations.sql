-- Tables, partitions, views, materialized views and foreign tables, but not those of extensions.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    c.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS name,
    c.relkind::pg_catalog.text AS kind,
    c.reloptions AS options,
    toast.reloptions AS toast_options,
    c.relpersistence OPERATOR(pg_catalog.=) 'u' AS unlogged,
    CASE
        WHEN am.amname OPERATOR(pg_catalog.<>) 'heap' OR c.relkind OPERATOR(pg_catalog.=) 'p'
            THEN am.amname::pg_catalog.text
    END AS access_method,
    ts.spcname::pg_catalog.text AS tablespace,
    c.relrowsecurity AS row_security,
    c.relforcerowsecurity AS force_row_security,
    c.relreplident::pg_catalog.text AS replica_identity,
    CASE
        WHEN c.relreplident OPERATOR(pg_catalog.=) 'i' THEN ARRAY(
            SELECT x.relname::pg_catalog.text
            FROM pg_catalog.pg_index AS i
            INNER JOIN pg_catalog.pg_class AS x ON x.oid OPERATOR(pg_catalog.=) i.indexrelid
            WHERE i.indrelid OPERATOR(pg_catalog.=) c.oid AND i.indisreplident
        )
    END AS replica_index,
    ARRAY(
        SELECT x.relname::pg_catalog.text
        FROM pg_catalog.pg_index AS i
        INNER JOIN pg_catalog.pg_class AS x ON x.oid OPERATOR(pg_catalog.=) i.indexrelid
        WHERE i.indrelid OPERATOR(pg_catalog.=) c.oid AND i.indisclustered
    ) AS clustered_on,
    tn.nspname::pg_catalog.text AS type_schema,
    t.typname::pg_catalog.text AS type_name,
    CASE
        WHEN c.relkind OPERATOR(pg_catalog.=) 'p' THEN pg_catalog.pg_get_partkeydef(c.oid)
    END AS partition_key,
    CASE
        WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid)
    END AS partition_bound,
    ARRAY(
        SELECT whose.nspname::pg_catalog.text
        FROM pg_catalog.pg_inherits AS i
        INNER JOIN pg_catalog.pg_class AS p ON p.oid OPERATOR(pg_catalog.=) i.inhparent
        INNER JOIN pg_catalog.pg_namespace AS whose ON whose.oid OPERATOR(pg_catalog.=) p.relnamespace
        WHERE i.inhrelid OPERATOR(pg_catalog.=) c.oid
        ORDER BY i.inhseqno
    ) AS parent_schemas,
    ARRAY(
        SELECT p.relname::pg_catalog.text
        FROM pg_catalog.pg_inherits AS i
        INNER JOIN pg_catalog.pg_class AS p ON p.oid OPERATOR(pg_catalog.=) i.inhparent
        WHERE i.inhrelid OPERATOR(pg_catalog.=) c.oid
        ORDER BY i.inhseqno
    ) AS parent_names,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AS readable
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid OPERATOR(pg_catalog.=) c.reltoastrelid
LEFT JOIN pg_catalog.pg_am AS am ON am.oid OPERATOR(pg_catalog.=) c.relam
LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid OPERATOR(pg_catalog.=) c.reltablespace
LEFT JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) c.reloftype
LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid OPERATOR(pg_catalog.=) t.typnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}'::pg_catalog."char"[])
    AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) c.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
