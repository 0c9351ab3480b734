-- Everything that people made, by class: OIDs, schemas, and the relations that they are parts of.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
-- What depends internally on something else (the type of a table's rows, the index of a
-- constraint) is accounted for by that; what an extension brought, and its parts, by the extension.
-- Below 16384 are the server's own OIDs. Kinds that "known" does not know are found by their
-- dependencies. Privileges, data and comments are no objects here.
-- Grouped, not joined: the planner takes a database for empty until it is analyzed, and would go
-- through one list once for each row of the other.
WITH known (class, oid, namespace, relation) AS (
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, n.oid, NULL::pg_catalog.oid
    FROM pg_catalog.pg_namespace AS n
    UNION ALL
    SELECT
        'pg_catalog.pg_class'::pg_catalog.regclass,
        c.oid,
        c.relnamespace,
        i.indrelid
    FROM pg_catalog.pg_class AS c
    LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid OPERATOR(pg_catalog.=) c.oid
    UNION ALL
    SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, c.relnamespace, d.adrelid
    FROM pg_catalog.pg_attrdef AS d
    INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) d.adrelid
    UNION ALL
    SELECT
        'pg_catalog.pg_constraint'::pg_catalog.regclass,
        k.oid,
        k.connamespace,
        CASE WHEN k.conrelid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid THEN k.conrelid END
    FROM pg_catalog.pg_constraint AS k
    UNION ALL
    SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, c.relnamespace, t.tgrelid
    FROM pg_catalog.pg_trigger AS t
    INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
    UNION ALL
    SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, c.relnamespace, p.polrelid
    FROM pg_catalog.pg_policy AS p
    INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) p.polrelid
    UNION ALL
    SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, c.relnamespace, r.ev_class
    FROM pg_catalog.pg_rewrite AS r
    INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) r.ev_class
    UNION ALL
    SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, s.stxnamespace, s.stxrelid
    FROM pg_catalog.pg_statistic_ext AS s
    UNION ALL
    SELECT 'pg_catalog.pg_publication_rel'::pg_catalog.regclass, p.oid, NULL, p.prrelid
    FROM pg_catalog.pg_publication_rel AS p
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace, NULL
    FROM pg_catalog.pg_type AS t
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.pronamespace, NULL
    FROM pg_catalog.pg_proc AS p
    UNION ALL
    SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, o.oprnamespace, NULL
    FROM pg_catalog.pg_operator AS o
    UNION ALL
    SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid, o.opcnamespace, NULL
    FROM pg_catalog.pg_opclass AS o
    UNION ALL
    SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, o.oid, o.opfnamespace, NULL
    FROM pg_catalog.pg_opfamily AS o
    UNION ALL
    -- what was added to a family of the server belongs to the database as a whole
    SELECT
        'pg_catalog.pg_amop'::pg_catalog.regclass,
        a.oid,
        CASE
            WHEN f.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid THEN f.opfnamespace
        END,
        NULL
    FROM pg_catalog.pg_amop AS a
    INNER JOIN pg_catalog.pg_opfamily AS f ON f.oid OPERATOR(pg_catalog.=) a.amopfamily
    UNION ALL
    SELECT
        'pg_catalog.pg_amproc'::pg_catalog.regclass,
        a.oid,
        CASE
            WHEN f.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid THEN f.opfnamespace
        END,
        NULL
    FROM pg_catalog.pg_amproc AS a
    INNER JOIN pg_catalog.pg_opfamily AS f ON f.oid OPERATOR(pg_catalog.=) a.amprocfamily
    UNION ALL
    SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, k.oid, k.collnamespace, NULL
    FROM pg_catalog.pg_collation AS k
    UNION ALL
    SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, k.oid, k.connamespace, NULL
    FROM pg_catalog.pg_conversion AS k
    UNION ALL
    SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, t.oid, t.cfgnamespace, NULL
    FROM pg_catalog.pg_ts_config AS t
    UNION ALL
    SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, t.oid, t.dictnamespace, NULL
    FROM pg_catalog.pg_ts_dict AS t
    UNION ALL
    SELECT 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, t.oid, t.prsnamespace, NULL
    FROM pg_catalog.pg_ts_parser AS t
    UNION ALL
    SELECT 'pg_catalog.pg_ts_template'::pg_catalog.regclass, t.oid, t.tmplnamespace, NULL
    FROM pg_catalog.pg_ts_template AS t
    UNION ALL
    SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass, k.oid, NULL, NULL
    FROM pg_catalog.pg_cast AS k
    UNION ALL
    SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, NULL, NULL
    FROM pg_catalog.pg_language AS l
    UNION ALL
    SELECT 'pg_catalog.pg_am'::pg_catalog.regclass, a.oid, NULL, NULL
    FROM pg_catalog.pg_am AS a
    UNION ALL
    SELECT 'pg_catalog.pg_transform'::pg_catalog.regclass, t.oid, NULL, NULL
    FROM pg_catalog.pg_transform AS t
    UNION ALL
    SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, NULL, NULL
    FROM pg_catalog.pg_event_trigger AS e
    UNION ALL
    SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass, e.oid, NULL, NULL
    FROM pg_catalog.pg_extension AS e
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid, NULL, NULL
    FROM pg_catalog.pg_foreign_data_wrapper AS w
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, NULL, NULL
    FROM pg_catalog.pg_foreign_server AS s
    UNION ALL
    SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid, NULL, NULL
    FROM pg_catalog.pg_publication AS p
    UNION ALL
    SELECT 'pg_catalog.pg_user_mapping'::pg_catalog.regclass, m.umid, NULL, NULL
    FROM pg_catalog.pg_user_mappings AS m
    UNION ALL
    -- before PostgreSQL 14 only superusers may read the OIDs in pg_subscription
    SELECT 'pg_catalog.pg_subscription'::pg_catalog.regclass, v.subid, NULL, NULL
    FROM pg_catalog.pg_stat_subscription AS v
    INNER JOIN pg_catalog.pg_subscription AS s ON s.subname OPERATOR(pg_catalog.=) v.subname
    INNER JOIN pg_catalog.pg_database AS b ON b.oid OPERATOR(pg_catalog.=) s.subdbid
    WHERE b.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
),

found (class, oid, namespace, relation, left_out) AS (
    SELECT known.class, known.oid, known.namespace, known.relation, false
    FROM known
    WHERE known.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    UNION ALL
    SELECT
        d.classid,
        d.objid,
        NULL,
        CASE -- a sequence is a part of the table that owns it, as an index is
            WHEN d.deptype OPERATOR(pg_catalog.=) 'a'
                AND d.objsubid OPERATOR(pg_catalog.=) 0
                AND d.refobjsubid OPERATOR(pg_catalog.>) 0
                AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
                THEN d.refobjid
        END,
        d.objsubid OPERATOR(pg_catalog.=) 0
        AND d.deptype OPERATOR(pg_catalog.=) ANY ('{i,P,S,e}'::pg_catalog."char"[])
    FROM pg_catalog.pg_depend AS d
    WHERE d.objid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
        AND d.classid OPERATOR(pg_catalog.<>) 'pg_catalog.pg_default_acl'::pg_catalog.regclass
    UNION ALL
    SELECT d.classid, d.objid, NULL, NULL, true
    FROM pg_catalog.pg_depend AS member
    INNER JOIN pg_catalog.pg_depend AS d
        ON d.refclassid OPERATOR(pg_catalog.=) member.classid
        AND d.refobjid OPERATOR(pg_catalog.=) member.objid
    WHERE member.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND member.deptype OPERATOR(pg_catalog.=) 'e'
        AND d.objid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
        AND d.objsubid OPERATOR(pg_catalog.=) 0
        AND d.deptype OPERATOR(pg_catalog.=) 'a'
),

objects (class, oid, namespace, relation) AS (
    SELECT
        found.class, found.oid, pg_catalog.max(found.namespace), pg_catalog.max(found.relation)
    FROM found
    GROUP BY found.class, found.oid
    HAVING NOT pg_catalog.bool_or(found.left_out)
)

SELECT
    class.relname::pg_catalog.text AS catalog,
    pg_catalog.array_agg(o.oid) AS oids,
    pg_catalog.array_agg(o.namespace) AS namespaces,
    pg_catalog.array_agg(o.relation) AS relations
FROM objects AS o
INNER JOIN pg_catalog.pg_class AS class ON class.oid OPERATOR(pg_catalog.=) o.class
WHERE
    (
        o.namespace OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
GROUP BY class.relname
