-- Operators, but not those that another one only speaks of.
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
SELECT
    'operator'::pg_catalog.text AS kind,
    'pg_operator'::pg_catalog.text AS catalog,
    o.oid AS oid,
    n.nspname::pg_catalog.text AS schema,
    o.oprname::pg_catalog.text AS label,
    o.oid::pg_catalog.regoperator::pg_catalog.text AS name,
    ARRAY[
        pg_catalog.format(
            'CREATE OPERATOR %I.%s (%s)',
            n.nspname,
            o.oprname,
            pg_catalog.concat_ws(
                ', ',
                'FUNCTION = '
                OPERATOR(pg_catalog.||) o.oprcode::pg_catalog.regproc::pg_catalog.text,
                'LEFTARG = '
                OPERATOR(pg_catalog.||) pg_catalog.format_type(NULLIF(o.oprleft, 0::pg_catalog.oid), NULL),
                'RIGHTARG = '
                OPERATOR(pg_catalog.||) pg_catalog.format_type(NULLIF(o.oprright, 0::pg_catalog.oid), NULL),
                CASE
                    WHEN commutator.oid IS NOT NULL THEN pg_catalog.format(
                        'COMMUTATOR = OPERATOR(%I.%s)',
                        commutator_schema.nspname,
                        commutator.oprname
                    )
                END,
                CASE
                    WHEN negator.oid IS NOT NULL THEN pg_catalog.format(
                        'NEGATOR = OPERATOR(%I.%s)', negator_schema.nspname, negator.oprname
                    )
                END,
                'RESTRICT = '
                OPERATOR(pg_catalog.||) NULLIF(o.oprrest::pg_catalog.regproc::pg_catalog.text, '-'),
                'JOIN = '
                OPERATOR(pg_catalog.||) NULLIF(o.oprjoin::pg_catalog.regproc::pg_catalog.text, '-'),
                CASE WHEN o.oprcanhash THEN 'HASHES' END,
                CASE WHEN o.oprcanmerge THEN 'MERGES' END
            )
        )
    ] AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_operator AS o
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) o.oprnamespace
LEFT JOIN pg_catalog.pg_operator AS commutator ON commutator.oid OPERATOR(pg_catalog.=) o.oprcom
LEFT JOIN pg_catalog.pg_namespace AS commutator_schema
    ON commutator_schema.oid OPERATOR(pg_catalog.=) commutator.oprnamespace
LEFT JOIN pg_catalog.pg_operator AS negator ON negator.oid OPERATOR(pg_catalog.=) o.oprnegate
LEFT JOIN pg_catalog.pg_namespace AS negator_schema
    ON negator_schema.oid OPERATOR(pg_catalog.=) negator.oprnamespace
WHERE o.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND o.oprcode OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
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
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_operator'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) o.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
