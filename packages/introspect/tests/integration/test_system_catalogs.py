"""Every column of the system catalogs that describe tables has its place."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio

READ = {
    "pg_namespace": "oid nspname",
    "pg_class": "oid relname relnamespace relkind reloptions relispartition",
    "pg_attribute": """attrelid attname attnum atttypid atttypmod attndims attnotnull attidentity
        attgenerated attisdropped attcollation""",
    "pg_attrdef": "oid adrelid adnum adbin",
    "pg_constraint": """oid conname connamespace contype condeferrable condeferred convalidated
        conenforced conrelid contypid conindid conparentid confrelid confupdtype confdeltype
        confmatchtype connoinherit conperiod conkey confkey confdelsetcols conbin""",
    "pg_index": """indexrelid indrelid indnkeyatts indisunique indnullsnotdistinct indisvalid
        indkey indcollation indclass indoption indexprs indpred""",
    "pg_type": """oid typname typnamespace typtype typelem typarray typnotnull typbasetype
        typtypmod typndims typcollation typdefaultbin""",
    "pg_enum": "oid enumtypid enumsortorder enumlabel",
    "pg_sequence": """seqrelid seqtypid seqstart seqincrement seqmin seqmax seqcache seqcycle""",
}
NAMED_AS_UNMODELLED = {
    "pg_class": """reloftype relam reltablespace reltoastrelid relpersistence relrowsecurity
        relforcerowsecurity relreplident relpartbound""",
    "pg_attribute": "attstorage attcompression attstattarget attoptions",
    "pg_index": "indisclustered indisreplident indisexclusion",
    "pg_constraint": "conexclop",
}
NOT_READ = {
    "owners and privileges": "nspowner nspacl relowner relacl attacl typowner typacl",
    "figures and files": """relfilenode relpages reltuples relallvisible relallfrozen relisshared
        relhasindex relfrozenxid relminmxid relrewrite relispopulated atthasmissing attmissingval
        attcacheoff""",
    "said elsewhere": """reltype relnatts relchecks relhasrules relhastriggers relhassubclass
        atthasdef attlen attbyval attalign attislocal attinhcount attfdwoptions conislocal
        coninhcount conpfeqop conppeqop conffeqop indnatts indisprimary indimmediate typdefault
        typlen typbyval typcategory typispreferred typrelid typalign typstorage typisdefined""",
    "states on the way": "indcheckxmin indisready indislive",
    "base types and composites, which are named": """typdelim typsubscript typinput typoutput
        typreceive typsend typmodin typmodout typanalyze""",
}


def words(texts: dict[str, str], catalog: str) -> set[str]:
    return set(texts.get(catalog, "").split())


@pytest.mark.parametrize("catalog", READ)
async def test_a_column_that_nobody_thought_of_fails_here(database, catalog: str):
    columns = await database.value(
        "SELECT array_agg(attname::text) FROM pg_attribute"
        " WHERE attrelid = $1::text::regclass AND attnum > 0",
        catalog,
    )

    passed_over = set().union(*(text.split() for text in NOT_READ.values()))
    placed = words(READ, catalog) | words(NAMED_AS_UNMODELLED, catalog) | passed_over
    assert set(columns) - placed == set()
    assert not words(READ, catalog) & passed_over
