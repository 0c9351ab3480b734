-- Security labels, those on columns too.
SELECT
    catalog.relname::pg_catalog.text AS catalog,
    l.objoid AS oid,
    described.identity AS name
FROM pg_catalog.pg_seclabel AS l
INNER JOIN pg_catalog.pg_class AS catalog ON catalog.oid OPERATOR(pg_catalog.=) l.classoid
CROSS JOIN LATERAL pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) AS described
