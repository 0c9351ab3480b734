-- Who owns what people made, and which privileges are granted or taken beside those that a new
-- object has; "granted" and "revoked" are JSON: [[to, role, by, privilege, grantable], ...].
-- A sequence that a column owns has the owner of the table, so it has none of its own ("owner").
-- ferrule.schemas: OIDs of schemas, separated by commas; unset means all.
WITH held (class, oid, number, owner, acl, kind, namespace, follows) AS (
    SELECT
        'pg_catalog.pg_namespace'::pg_catalog.regclass, oid, 0, nspowner,
        nspacl, 'n'::pg_catalog."char", oid, NULL::pg_catalog.oid
    FROM pg_catalog.pg_namespace
    UNION ALL
    SELECT
        'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0, c.relowner, c.relacl,
        CASE WHEN c.relkind OPERATOR(pg_catalog.=) 'S'
            THEN 's'::pg_catalog."char" ELSE 'r'::pg_catalog."char" END,
        c.relnamespace, owned.refobjid
    FROM pg_catalog.pg_class AS c
    LEFT JOIN pg_catalog.pg_depend AS owned
        ON c.relkind OPERATOR(pg_catalog.=) 'S'
        AND owned.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
        AND owned.objid OPERATOR(pg_catalog.=) c.oid
        AND owned.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
        AND owned.refobjsubid OPERATOR(pg_catalog.>) 0
        AND owned.deptype OPERATOR(pg_catalog.=) ANY ('{a,i}'::pg_catalog."char"[])
    WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f,S}'::pg_catalog."char"[])
    UNION ALL
    SELECT
        'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum, c.relowner,
        a.attacl, 'c'::pg_catalog."char", c.relnamespace, c.oid
    FROM pg_catalog.pg_attribute AS a
    INNER JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) a.attrelid
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT
        'pg_catalog.pg_proc'::pg_catalog.regclass, oid, 0, proowner,
        proacl, 'f', pronamespace, NULL
    FROM pg_catalog.pg_proc
    UNION ALL
    SELECT
        'pg_catalog.pg_operator'::pg_catalog.regclass, oid, 0, oprowner,
        NULL, NULL, oprnamespace, NULL
    FROM pg_catalog.pg_operator
    UNION ALL
    SELECT
        'pg_catalog.pg_opclass'::pg_catalog.regclass, oid, 0, opcowner,
        NULL, NULL, opcnamespace, NULL
    FROM pg_catalog.pg_opclass
    UNION ALL
    SELECT
        'pg_catalog.pg_opfamily'::pg_catalog.regclass, oid, 0, opfowner,
        NULL, NULL, opfnamespace, NULL
    FROM pg_catalog.pg_opfamily
    UNION ALL
    SELECT
        'pg_catalog.pg_collation'::pg_catalog.regclass, oid, 0, collowner,
        NULL, NULL, collnamespace, NULL
    FROM pg_catalog.pg_collation
    UNION ALL
    SELECT
        'pg_catalog.pg_conversion'::pg_catalog.regclass, oid, 0, conowner,
        NULL, NULL, connamespace, NULL
    FROM pg_catalog.pg_conversion
    UNION ALL
    SELECT
        'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, 0, cfgowner,
        NULL, NULL, cfgnamespace, NULL
    FROM pg_catalog.pg_ts_config
    UNION ALL
    SELECT
        'pg_catalog.pg_ts_dict'::pg_catalog.regclass, oid, 0, dictowner,
        NULL, NULL, dictnamespace, NULL
    FROM pg_catalog.pg_ts_dict
    UNION ALL
    SELECT
        'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, oid, 0, stxowner,
        NULL, NULL, stxnamespace, NULL
    FROM pg_catalog.pg_statistic_ext
    UNION ALL
    SELECT
        'pg_catalog.pg_type'::pg_catalog.regclass, oid, 0, typowner,
        typacl, 'T', typnamespace, NULL
    FROM pg_catalog.pg_type
    UNION ALL
    SELECT
        'pg_catalog.pg_language'::pg_catalog.regclass, oid, 0, lanowner,
        lanacl, 'l', NULL, NULL
    FROM pg_catalog.pg_language
    UNION ALL
    SELECT
        'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, oid, 0, fdwowner,
        fdwacl, 'F', NULL, NULL
    FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL
    SELECT
        'pg_catalog.pg_foreign_server'::pg_catalog.regclass, oid, 0, srvowner,
        srvacl, 'S', NULL, NULL
    FROM pg_catalog.pg_foreign_server
    UNION ALL
    SELECT
        'pg_catalog.pg_event_trigger'::pg_catalog.regclass, oid, 0, evtowner,
        NULL, NULL, NULL, NULL
    FROM pg_catalog.pg_event_trigger
    UNION ALL
    SELECT
        'pg_catalog.pg_publication'::pg_catalog.regclass, oid, 0, pubowner,
        NULL, NULL, NULL, NULL
    FROM pg_catalog.pg_publication
),

chosen AS (
    SELECT
        held.*,
        COALESCE(initial.initprivs, pg_catalog.acldefault(held.kind, held.owner)) AS base
    FROM held
    LEFT JOIN pg_catalog.pg_init_privs AS initial
        ON initial.objoid OPERATOR(pg_catalog.=) held.oid
        AND initial.classoid OPERATOR(pg_catalog.=) held.class
        AND initial.objsubid OPERATOR(pg_catalog.=) held.number
        AND initial.privtype OPERATOR(pg_catalog.=) 'i'
    WHERE
        (
            held.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
            OR (
                held.oid OPERATOR(pg_catalog.=) 2200::pg_catalog.oid -- the schema "public"
                AND held.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
            )
        )
        AND (
            held.namespace OPERATOR(pg_catalog.=) ANY ((
                SELECT pg_catalog.string_to_array(
                    pg_catalog.current_setting('ferrule.schemas', true), ','
                )::pg_catalog.oid[]
            )::pg_catalog.oid[])
        ) IS NOT FALSE
        AND NOT EXISTS (
            SELECT
            FROM pg_catalog.pg_depend AS member
            WHERE member.classid OPERATOR(pg_catalog.=) held.class
                AND member.objid OPERATOR(pg_catalog.=) held.oid
                AND (
                    member.deptype OPERATOR(pg_catalog.=) 'e'
                    OR (
                        member.deptype OPERATOR(pg_catalog.=) 'i'
                        AND held.class OPERATOR(pg_catalog.=) ANY (
                            '{pg_catalog.pg_type,pg_catalog.pg_proc}'::pg_catalog.regclass[]
                        )
                    )
                )
        )
),

of_method AS (
    -- The server leaves the method's name as it is in these, whatever it is.
    SELECT
        'pg_catalog.pg_opclass'::pg_catalog.regclass AS class,
        c.oid AS oid,
        pg_catalog.format('%I.%I USING %I', n.nspname, c.opcname, m.amname) AS name
    FROM pg_catalog.pg_opclass AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.opcnamespace
    INNER JOIN pg_catalog.pg_am AS m ON m.oid OPERATOR(pg_catalog.=) c.opcmethod
    UNION ALL
    SELECT
        'pg_catalog.pg_opfamily'::pg_catalog.regclass,
        f.oid,
        pg_catalog.format('%I.%I USING %I', n.nspname, f.opfname, m.amname)
    FROM pg_catalog.pg_opfamily AS f
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) f.opfnamespace
    INNER JOIN pg_catalog.pg_am AS m ON m.oid OPERATOR(pg_catalog.=) f.opfmethod
)

SELECT
    catalog.relname::pg_catalog.text AS catalog,
    o.oid AS oid,
    a.attname::pg_catalog.text AS "column",
    CASE
        WHEN described.type OPERATOR(pg_catalog.=) ANY ('{function,procedure,aggregate}'::pg_catalog.text[])
            THEN 'routine'
        WHEN described.type OPERATOR(pg_catalog.=) 'foreign-data wrapper'
            THEN 'foreign data wrapper'
        WHEN described.type OPERATOR(pg_catalog.=) 'statistics object' THEN 'statistics'
        ELSE described.type
    END AS kind,
    COALESCE(of_method.name, described.identity) AS name,
    COALESCE(
        described.schema, CASE WHEN o.kind OPERATOR(pg_catalog.=) 'n' THEN described.name END
    ) AS schema,
    CASE
        WHEN o.follows IS NULL
            AND (o.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid OR o.owner OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid)
            THEN pg_catalog.pg_get_userbyid(o.owner)::pg_catalog.text
    END AS owner,
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
        WHERE o.acl IS NOT NULL
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
        WHERE o.acl IS NOT NULL
    )::pg_catalog.text AS revoked
FROM chosen AS o
INNER JOIN pg_catalog.pg_class AS catalog ON catalog.oid OPERATOR(pg_catalog.=) o.class
LEFT JOIN pg_catalog.pg_attribute AS a
    ON o.number OPERATOR(pg_catalog.>) 0
    AND a.attrelid OPERATOR(pg_catalog.=) o.oid
    AND a.attnum OPERATOR(pg_catalog.=) o.number
CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.class, o.oid, 0) AS described
LEFT JOIN of_method
    ON of_method.class OPERATOR(pg_catalog.=) o.class
    AND of_method.oid OPERATOR(pg_catalog.=) o.oid
