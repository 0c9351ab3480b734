-- What stands in the parentheses of a type: each modifier in use, as the server prints it.
-- "plain" is the name of the type without a modifier, "modified" the name with it.
SELECT
    used.type AS type,
    used.modifier AS modifier,
    pg_catalog.format_type(used.type, NULL) AS plain,
    pg_catalog.format_type(used.type, used.modifier) AS modified
FROM (
    SELECT a.atttypid AS type, a.atttypmod AS modifier
    FROM pg_catalog.pg_attribute AS a
    WHERE a.atttypmod OPERATOR(pg_catalog.>=) 0
        AND a.attnum OPERATOR(pg_catalog.>) 0
        AND NOT a.attisdropped
    UNION
    SELECT t.typbasetype, t.typtypmod
    FROM pg_catalog.pg_type AS t
    WHERE t.typtypmod OPERATOR(pg_catalog.>=) 0
) AS used
