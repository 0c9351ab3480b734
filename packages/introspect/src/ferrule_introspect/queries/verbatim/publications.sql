-- Publications with their tables and schemas. The schemas are found by their dependencies, because
-- servers before PostgreSQL 15 have no pg_publication_namespace. "absent" stands in for columns that
-- older servers lack: an unqualified name is looked for in the catalog first.
SELECT
    'publication'::pg_catalog.text AS kind,
    'pg_publication'::pg_catalog.text AS catalog,
    p.oid AS oid,
    NULL::pg_catalog.text AS schema,
    p.pubname::pg_catalog.text AS label,
    pg_catalog.quote_ident(p.pubname) AS name,
    pg_catalog.format(
        'CREATE PUBLICATION %I%s WITH (publish = %L%s%s)',
        p.pubname,
        CASE WHEN p.puballtables THEN ' FOR ALL TABLES' END,
        pg_catalog.concat_ws(
            ', ',
            CASE WHEN p.pubinsert THEN 'insert' END,
            CASE WHEN p.pubupdate THEN 'update' END,
            CASE WHEN p.pubdelete THEN 'delete' END,
            CASE WHEN p.pubtruncate THEN 'truncate' END
        ),
        CASE WHEN p.pubviaroot THEN ', publish_via_partition_root = true' END,
        CASE WHEN p.pubgencols OPERATOR(pg_catalog.=) 's'
            THEN ', publish_generated_columns = stored' END
    ) OPERATOR(pg_catalog.||) ARRAY(
        SELECT pg_catalog.format(
            'ALTER PUBLICATION %I ADD TABLE ONLY %I.%I%s%s',
            p.pubname,
            table_schema.nspname,
            c.relname,
            ' (' OPERATOR(pg_catalog.||) (
                SELECT pg_catalog.string_agg(
                    pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum
                )
                FROM pg_catalog.pg_attribute AS a
                WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid
                    AND a.attnum OPERATOR(pg_catalog.=) ANY (r.prattrs::pg_catalog.int2[])
            ) OPERATOR(pg_catalog.||) ')',
            ' WHERE ('
            OPERATOR(pg_catalog.||) pg_catalog.pg_get_expr(r.prqual, r.prrelid)
            OPERATOR(pg_catalog.||) ')'
        )
        FROM (
            SELECT
                NULL::pg_catalog.int2vector AS prattrs, -- PostgreSQL 15
                NULL::pg_catalog.pg_node_tree AS prqual -- PostgreSQL 15
        ) AS absent_of_table
        CROSS JOIN LATERAL (
            SELECT prpubid, prrelid, prattrs, prqual FROM pg_catalog.pg_publication_rel
        ) AS r
        INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) r.prrelid
        INNER JOIN pg_catalog.pg_namespace AS table_schema
            ON table_schema.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE r.prpubid OPERATOR(pg_catalog.=) p.oid
        ORDER BY
            table_schema.nspname COLLATE pg_catalog."C",
            c.relname COLLATE pg_catalog."C"
    ) OPERATOR(pg_catalog.||) ARRAY(
        SELECT pg_catalog.format(
            'ALTER PUBLICATION %I ADD TABLES IN SCHEMA %I', p.pubname, published.nspname
        )
        FROM pg_catalog.pg_depend AS d
        INNER JOIN pg_catalog.pg_depend AS also
            ON also.classid OPERATOR(pg_catalog.=) d.classid
            AND also.objid OPERATOR(pg_catalog.=) d.objid
            AND also.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
        INNER JOIN pg_catalog.pg_namespace AS published
            ON published.oid OPERATOR(pg_catalog.=) also.refobjid
        WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_publication'::pg_catalog.regclass
            AND d.refobjid OPERATOR(pg_catalog.=) p.oid
        ORDER BY published.nspname COLLATE pg_catalog."C"
    ) AS statements,
    ARRAY(
        SELECT pg_catalog.format('%s %s', catalog.relname, d.objid)
        FROM pg_catalog.pg_depend AS d
        INNER JOIN pg_catalog.pg_class AS catalog ON catalog.oid OPERATOR(pg_catalog.=) d.classid
        WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_publication'::pg_catalog.regclass
            AND d.refobjid OPERATOR(pg_catalog.=) p.oid
    )::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM (SELECT 'n'::pg_catalog."char" AS pubgencols) AS absent -- PostgreSQL 18
CROSS JOIN LATERAL (
    SELECT
        oid, pubname, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot,
        pubgencols
    FROM pg_catalog.pg_publication
) AS p
WHERE p.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_publication'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) p.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
