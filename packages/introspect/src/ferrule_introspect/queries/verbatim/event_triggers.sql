-- Event triggers.
SELECT
    'event trigger'::pg_catalog.text AS kind,
    'pg_event_trigger'::pg_catalog.text AS catalog,
    e.oid AS oid,
    NULL::pg_catalog.text AS schema,
    e.evtname::pg_catalog.text AS label,
    pg_catalog.quote_ident(e.evtname) AS name,
    pg_catalog.array_remove(
        ARRAY[
            pg_catalog.concat(
                pg_catalog.format('CREATE EVENT TRIGGER %I ON %I', e.evtname, e.evtevent),
                ' WHEN TAG IN (' OPERATOR(pg_catalog.||) (
                    SELECT pg_catalog.string_agg(pg_catalog.quote_literal(tag), ', ' ORDER BY place)
                    FROM pg_catalog.unnest(e.evttags) WITH ORDINALITY AS tags (tag, place)
                ) OPERATOR(pg_catalog.||) ')',
                pg_catalog.format(' EXECUTE FUNCTION %s()', e.evtfoid::pg_catalog.regproc)
            ),
            pg_catalog.format('ALTER EVENT TRIGGER %I ', e.evtname) OPERATOR(pg_catalog.||) CASE
                WHEN e.evtenabled OPERATOR(pg_catalog.=) 'D' THEN 'DISABLE'
                WHEN e.evtenabled OPERATOR(pg_catalog.=) 'R' THEN 'ENABLE REPLICA'
                WHEN e.evtenabled OPERATOR(pg_catalog.=) 'A' THEN 'ENABLE ALWAYS'
            END
        ],
        NULL
    ) AS statements,
    NULL::pg_catalog.text[] AS parts,
    NULL::pg_catalog.text[] AS withheld,
    true AS readable
FROM pg_catalog.pg_event_trigger AS e
WHERE e.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS member
        WHERE member.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_event_trigger'::pg_catalog.regclass
            AND member.objid OPERATOR(pg_catalog.=) e.oid
            AND member.deptype OPERATOR(pg_catalog.=) 'e'
    )
