-- Operator classes with their operators and functions.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    'operator class'::pg_catalog.text AS kind,
    'pg_opclass'::pg_catalog.text AS catalog,
    k.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    k.opcname::pg_catalog.text AS label,
    pg_catalog.format('%I.%I USING %I', n.nspname, k.opcname, am.amname) AS name,
    ARRAY[
        pg_catalog.format(
            'CREATE OPERATOR CLASS %I.%I %sFOR TYPE %s USING %I FAMILY %I.%I AS ',
            n.nspname,
            k.opcname,
            CASE WHEN k.opcdefault THEN 'DEFAULT ' END,
            pg_catalog.format_type(k.opcintype, NULL),
            am.amname,
            family_schema.nspname,
            f.opfname
        ) OPERATOR(pg_catalog.||) pg_catalog.concat_ws(
            ', ',
            'STORAGE ' OPERATOR(pg_catalog.||) pg_catalog.format_type(
                COALESCE(
                    NULLIF(k.opckeytype, 0::pg_catalog.oid),
                    -- with nothing in it, it has to say what is so anyway
                    CASE
                        WHEN NOT EXISTS (
                            SELECT
                            FROM pg_catalog.pg_depend AS d
                            WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_opclass'::pg_catalog.regclass
                                AND d.refobjid OPERATOR(pg_catalog.=) k.oid
                        ) THEN k.opcintype
                    END
                ),
                NULL
            ),
            (
                SELECT pg_catalog.string_agg(
                    member.line, ', ' ORDER BY member.is_function, member.number, member.line
                )
                FROM (
                    SELECT
                        false AS is_function,
                        a.amopstrategy AS number,
                        pg_catalog.concat(
                            pg_catalog.format(
                                'OPERATOR %s %s', a.amopstrategy, a.amopopr::pg_catalog.regoperator
                            ),
                            CASE
                                WHEN a.amoppurpose OPERATOR(pg_catalog.=) 'o' THEN pg_catalog.format(
                                    ' FOR ORDER BY %I.%I', sort_schema.nspname, sort.opfname
                                )
                            END
                        ) AS line
                    FROM pg_catalog.pg_depend AS d
                    INNER JOIN pg_catalog.pg_amop AS a ON a.oid OPERATOR(pg_catalog.=) d.objid
                    LEFT JOIN pg_catalog.pg_opfamily AS sort ON sort.oid OPERATOR(pg_catalog.=) a.amopsortfamily
                    LEFT JOIN pg_catalog.pg_namespace AS sort_schema
                        ON sort_schema.oid OPERATOR(pg_catalog.=) sort.opfnamespace
                    WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_opclass'::pg_catalog.regclass
                        AND d.refobjid OPERATOR(pg_catalog.=) k.oid
                        AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_amop'::pg_catalog.regclass
                    UNION ALL
                    SELECT
                        true,
                        a.amprocnum,
                        pg_catalog.format(
                            'FUNCTION %s (%s, %s) %s',
                            a.amprocnum,
                            pg_catalog.format_type(a.amproclefttype, NULL),
                            pg_catalog.format_type(a.amprocrighttype, NULL),
                            a.amproc::pg_catalog.regprocedure
                        )
                    FROM pg_catalog.pg_depend AS d
                    INNER JOIN pg_catalog.pg_amproc AS a ON a.oid OPERATOR(pg_catalog.=) d.objid
                    WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_opclass'::pg_catalog.regclass
                        AND d.refobjid OPERATOR(pg_catalog.=) k.oid
                        AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_amproc'::pg_catalog.regclass
                ) AS member
            )
        )
    ] AS statements,
    ARRAY(
        SELECT pg_catalog.format('%s %s', catalog.relname, d.objid)
        FROM pg_catalog.pg_depend AS d
        INNER JOIN pg_catalog.pg_class AS catalog ON catalog.oid OPERATOR(pg_catalog.=) d.classid
        WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_opclass'::pg_catalog.regclass
            AND d.refobjid OPERATOR(pg_catalog.=) k.oid
            AND catalog.relname OPERATOR(pg_catalog.=) ANY ('{pg_amop,pg_amproc}'::pg_catalog.name[])
    )::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_opclass AS k
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) k.opcnamespace
INNER JOIN pg_catalog.pg_am AS am ON am.oid OPERATOR(pg_catalog.=) k.opcmethod
INNER JOIN pg_catalog.pg_opfamily AS f ON f.oid OPERATOR(pg_catalog.=) k.opcfamily
INNER JOIN pg_catalog.pg_namespace AS family_schema
    ON family_schema.oid OPERATOR(pg_catalog.=) f.opfnamespace
WHERE k.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_opclass'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) k.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
