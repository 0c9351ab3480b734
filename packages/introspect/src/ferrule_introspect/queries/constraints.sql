-- Constraints of tables and domains. Foreign keys that a partition has from its parent are left out.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- Numbers of columns travel as oid[], an array that drivers know without asking the server.
-- "absent" stands in for columns that older servers lack: an unqualified name is looked for in
-- pg_constraint first, and only then outside of the LATERAL subquery.
SELECT
    k.oid AS oid,
    k.conname::pg_catalog.text AS name,
    k.contype::pg_catalog.text AS kind,
    k.conrelid AS relation,
    k.contypid AS domain,
    k.conindid AS index_oid,
    k.conkey::pg_catalog.oid[] AS columns,
    k.condeferrable AS deferrable,
    k.condeferred AS initially_deferred,
    k.convalidated AS validated,
    k.conenforced AS enforced,
    k.conperiod AS period,
    k.connoinherit AS no_inherit,
    k.conislocal OR COALESCE(owner.relispartition, false) AS local,
    tn.nspname::pg_catalog.text AS target_schema,
    target.relname::pg_catalog.text AS target_name,
    CASE
        WHEN k.contype OPERATOR(pg_catalog.=) 'f' THEN ARRAY(
            SELECT a.attname::pg_catalog.text
            FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS key (number, place)
            INNER JOIN pg_catalog.pg_attribute AS a
                ON a.attrelid OPERATOR(pg_catalog.=) k.confrelid
                AND a.attnum OPERATOR(pg_catalog.=) key.number
            ORDER BY key.place
        )
    END AS target_columns,
    k.confupdtype::pg_catalog.text AS on_update,
    k.confdeltype::pg_catalog.text AS on_delete,
    k.confdelsetcols::pg_catalog.oid[] AS on_delete_columns,
    k.confmatchtype::pg_catalog.text AS match,
    CASE
        WHEN k.contype OPERATOR(pg_catalog.=) 'c'
            THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid)
    END AS expression,
    CASE
        WHEN k.contype OPERATOR(pg_catalog.=) 'x' THEN ARRAY(
            SELECT
                CASE
                    WHEN n.nspname OPERATOR(pg_catalog.=) 'pg_catalog'
                        THEN o.oprname::pg_catalog.text
                    ELSE pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)
                END
            FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY AS element (oid, place)
            INNER JOIN pg_catalog.pg_operator AS o ON o.oid OPERATOR(pg_catalog.=) element.oid
            INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) o.oprnamespace
            ORDER BY element.place
        )
    END AS operators
FROM (
    SELECT
        NULL::pg_catalog.int2[] AS confdelsetcols, -- PostgreSQL 15
        true AS conenforced, -- PostgreSQL 18
        false AS conperiod -- PostgreSQL 18
) AS absent
CROSS JOIN LATERAL (
    SELECT
        oid, conname, connamespace, contype, conrelid, contypid, conindid, conkey, confkey,
        condeferrable, condeferred, convalidated, conenforced, conperiod, connoinherit,
        conislocal, conparentid, confrelid, confupdtype, confdeltype, confdelsetcols, confmatchtype, conbin,
        conexclop
    FROM pg_catalog.pg_constraint
) AS k
LEFT JOIN pg_catalog.pg_class AS target ON target.oid OPERATOR(pg_catalog.=) k.confrelid
LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid OPERATOR(pg_catalog.=) target.relnamespace
LEFT JOIN pg_catalog.pg_class AS owner ON owner.oid OPERATOR(pg_catalog.=) k.conrelid
WHERE k.contype OPERATOR(pg_catalog.=) ANY ('{p,u,x,f,c,n}'::pg_catalog."char"[])
    AND (
        k.conparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
        OR k.contype OPERATOR(pg_catalog.<>) 'f'
    )
    AND (
        k.connamespace OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
