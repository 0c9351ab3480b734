-- Privileges that objects to come will have, beside those that they have anyway; "granted" and
-- "revoked" are JSON: [[to, role, by, privilege, grantable], ...].
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
WITH defaults AS (
    SELECT
        d.oid,
        d.defaclrole AS owner,
        d.defaclnamespace AS namespace,
        d.defaclobjtype AS kind,
        d.defaclacl AS acl,
        CASE
            -- for one schema, only more can be granted
            WHEN d.defaclnamespace OPERATOR(pg_catalog.=) 0::pg_catalog.oid
                THEN pg_catalog.acldefault(
                    CASE
                        WHEN d.defaclobjtype OPERATOR(pg_catalog.=) 'S'
                            THEN 's'::pg_catalog."char"
                        ELSE d.defaclobjtype
                    END,
                    d.defaclrole
                )
        END AS base
    FROM pg_catalog.pg_default_acl AS d
)

SELECT
    pg_catalog.pg_get_userbyid(o.owner)::pg_catalog.text AS role,
    n.nspname::pg_catalog.text AS schema,
    CASE
        WHEN o.kind OPERATOR(pg_catalog.=) 'r' THEN 'tables'
        WHEN o.kind OPERATOR(pg_catalog.=) 'S' THEN 'sequences'
        WHEN o.kind OPERATOR(pg_catalog.=) 'f' THEN 'routines'
        WHEN o.kind OPERATOR(pg_catalog.=) 'T' THEN 'types'
        WHEN o.kind OPERATOR(pg_catalog.=) 'n' THEN 'schemas'
        ELSE 'large objects'
    END AS kind,
    (
        SELECT
            pg_catalog.jsonb_agg(
                pg_catalog.jsonb_build_array(
                    CASE
                        WHEN e.grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid THEN 'public'
                        WHEN e.grantee OPERATOR(pg_catalog.=) o.owner THEN 'owner'
                        ELSE 'role'
                    END,
                    CASE
                        WHEN e.grantee OPERATOR(pg_catalog.<>) o.owner AND e.grantee OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
                            THEN pg_catalog.pg_get_userbyid(e.grantee)
                    END,
                    CASE
                        WHEN e.grantor OPERATOR(pg_catalog.<>) o.owner THEN pg_catalog.pg_get_userbyid(e.grantor)
                    END,
                    e.privilege_type,
                    e.is_grantable
                )
            )
        FROM (
            SELECT grantor, grantee, privilege_type, is_grantable
            FROM pg_catalog.aclexplode(o.acl)
            EXCEPT
            SELECT grantor, grantee, privilege_type, is_grantable
            FROM pg_catalog.aclexplode(o.base)
        ) AS e
    )::pg_catalog.text AS granted,
    (
        SELECT
            pg_catalog.jsonb_agg(
                pg_catalog.jsonb_build_array(
                    CASE
                        WHEN e.grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid THEN 'public'
                        WHEN e.grantee OPERATOR(pg_catalog.=) o.owner THEN 'owner'
                        ELSE 'role'
                    END,
                    CASE
                        WHEN e.grantee OPERATOR(pg_catalog.<>) o.owner AND e.grantee OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
                            THEN pg_catalog.pg_get_userbyid(e.grantee)
                    END,
                    NULL,
                    e.privilege_type,
                    false
                )
            )
        FROM (
            SELECT grantee, privilege_type FROM pg_catalog.aclexplode(o.base)
            EXCEPT
            SELECT grantee, privilege_type FROM pg_catalog.aclexplode(o.acl)
        ) AS e
    )::pg_catalog.text AS revoked
FROM defaults AS o
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) o.namespace
WHERE
    (
        n.oid OPERATOR(pg_catalog.=) ANY ((
            SELECT pg_catalog.string_to_array(
                pg_catalog.current_setting('ferrule.schemas', true), ','
            )::pg_catalog.oid[]
        )::pg_catalog.oid[])
    ) IS NOT FALSE
