-- Operator families with what belongs to none of their classes.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    'operator family'::pg_catalog.text AS kind,
    'pg_opfamily'::pg_catalog.text AS catalog,
    f.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    f.opfname::pg_catalog.text AS label,
    pg_catalog.format('%I.%I USING %I', n.nspname, f.opfname, am.amname) AS name,
    pg_catalog.array_remove(
        ARRAY[
            pg_catalog.format(
                'CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, am.amname
            ),
            pg_catalog.format(
                'ALTER OPERATOR FAMILY %I.%I USING %I ADD ', n.nspname, f.opfname, am.amname
            ) OPERATOR(pg_catalog.||) (
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
                    WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_opfamily'::pg_catalog.regclass
                        AND d.refobjid OPERATOR(pg_catalog.=) f.oid
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
                    WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_opfamily'::pg_catalog.regclass
                        AND d.refobjid OPERATOR(pg_catalog.=) f.oid
                        AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_amproc'::pg_catalog.regclass
                ) AS member
            )
        ],
        NULL
    ) AS statements,
    ARRAY(
        SELECT pg_catalog.format('%s %s', catalog.relname, d.objid)
        FROM pg_catalog.pg_depend AS d
        INNER JOIN pg_catalog.pg_class AS catalog ON catalog.oid OPERATOR(pg_catalog.=) d.classid
        WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_opfamily'::pg_catalog.regclass
            AND d.refobjid OPERATOR(pg_catalog.=) f.oid
            AND catalog.relname OPERATOR(pg_catalog.=) ANY ('{pg_amop,pg_amproc}'::pg_catalog.name[])
    )::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_opfamily AS f
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) f.opfnamespace
INNER JOIN pg_catalog.pg_am AS am ON am.oid OPERATOR(pg_catalog.=) f.opfmethod
WHERE f.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_opfamily'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) f.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
