-- Indexes, those of constraints too. "tail" is given for those of exclusions and of no constraint.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- "tail" is what follows the opening parenthesis in CREATE INDEX, as the server prints it.
-- Numbers of columns travel as oid[], an array that drivers know without asking the server.
-- "absent" stands in for columns that older servers lack: an unqualified name is looked for in
-- pg_index first, and only then outside of the LATERAL subquery.
SELECT
    i.indexrelid AS oid,
    i.indrelid AS relation,
    x.relname::pg_catalog.text AS name,
    am.amname::pg_catalog.text AS method,
    i.indisunique AS is_unique,
    i.indnullsnotdistinct AS nulls_not_distinct,
    i.indisvalid AS valid,
    i.indkey::pg_catalog.int2[]::pg_catalog.oid[] AS columns,
    i.indnkeyatts::pg_catalog.int4 AS key_count,
    owner.oid AS constraint_oid,
    CASE
        WHEN owner.oid IS NULL OR owner.contype OPERATOR(pg_catalog.=) 'x' THEN pg_catalog.substr(
            pg_catalog.pg_get_indexdef(i.indexrelid),
            pg_catalog.length(
                pg_catalog.format(
                    'CREATE %sINDEX %I ON %s%I.%I USING %I (',
                    CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END,
                    x.relname,
                    CASE WHEN x.relkind OPERATOR(pg_catalog.=) 'I' THEN 'ONLY ' ELSE '' END,
                    n.nspname,
                    c.relname,
                    am.amname
                )
            ) OPERATOR(pg_catalog.+) 1
        )
    END AS tail,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    x.reloptions AS parameters,
    ts.spcname::pg_catalog.text AS tablespace,
    whole.relname::pg_catalog.text AS part_of
FROM (SELECT false AS indnullsnotdistinct) AS absent -- PostgreSQL 15
CROSS JOIN LATERAL (
    SELECT
        indexrelid, indrelid, indisunique, indnullsnotdistinct, indisvalid, indkey, indnkeyatts,
        indpred
    FROM pg_catalog.pg_index
) AS i
INNER JOIN pg_catalog.pg_class AS x ON x.oid OPERATOR(pg_catalog.=) i.indexrelid
INNER JOIN pg_catalog.pg_am AS am ON am.oid OPERATOR(pg_catalog.=) x.relam
INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.indrelid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_constraint AS owner
    ON owner.conindid OPERATOR(pg_catalog.=) i.indexrelid
    AND owner.contype OPERATOR(pg_catalog.=) ANY ('{p,u,x}'::pg_catalog."char"[])
LEFT JOIN pg_catalog.pg_inherits AS up ON up.inhrelid OPERATOR(pg_catalog.=) x.oid
LEFT JOIN pg_catalog.pg_class AS whole ON whole.oid OPERATOR(pg_catalog.=) up.inhparent
LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid OPERATOR(pg_catalog.=) x.reltablespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,m}'::pg_catalog."char"[])
    AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
    AND (
        c.relnamespace OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
