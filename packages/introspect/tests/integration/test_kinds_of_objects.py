"""Every system catalog has its place, and every column of those that describe no table."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio

READ = {
    "pg_am": "oid amname amhandler amtype",
    "pg_amop": """oid amopfamily amoplefttype amoprighttype amopstrategy amoppurpose amopopr
        amopsortfamily""",
    "pg_amproc": "oid amprocfamily amproclefttype amprocrighttype amprocnum amproc",
    "pg_cast": "oid castsource casttarget castfunc castcontext castmethod",
    "pg_collation": """oid collname collnamespace collowner collprovider collisdeterministic
        collcollate collctype colllocale colliculocale collicurules""",
    "pg_conversion": """oid conname connamespace conowner conforencoding contoencoding conproc
        condefault""",
    "pg_default_acl": "oid defaclrole defaclnamespace defaclobjtype defaclacl",
    "pg_event_trigger": "oid evtname evtevent evtowner evtfoid evtenabled evttags",
    "pg_extension": "oid extname extnamespace",
    "pg_foreign_data_wrapper": """oid fdwname fdwowner fdwhandler fdwvalidator fdwacl
        fdwoptions""",
    "pg_foreign_server": "oid srvname srvowner srvfdw srvtype srvversion srvacl srvoptions",
    "pg_foreign_table": "ftrelid ftserver ftoptions",
    "pg_language": "oid lanname lanowner lanpltrusted lanplcallfoid laninline lanvalidator lanacl",
    "pg_opclass": """oid opcmethod opcname opcnamespace opcowner opcfamily opcintype opcdefault
        opckeytype""",
    "pg_operator": """oid oprname oprnamespace oprowner oprcanmerge oprcanhash oprleft oprright
        oprcom oprnegate oprcode oprrest oprjoin""",
    "pg_opfamily": "oid opfmethod opfname opfnamespace opfowner",
    "pg_publication": """oid pubname pubowner puballtables pubinsert pubupdate pubdelete
        pubtruncate pubviaroot pubgencols""",
    "pg_publication_namespace": "oid pnpubid pnnspid",
    "pg_publication_rel": "oid prpubid prrelid prqual prattrs",
    "pg_range": """rngtypid rngsubtype rngmultitypid rngcollation rngsubopc rngcanonical
        rngsubdiff""",
    "pg_transform": "oid trftype trflang trffromsql trftosql",
    "pg_ts_config": "oid cfgname cfgnamespace cfgowner cfgparser",
    "pg_ts_config_map": "mapcfg maptokentype mapseqno mapdict",
    "pg_ts_dict": "oid dictname dictnamespace dictowner dicttemplate dictinitoption",
    "pg_ts_parser": """oid prsname prsnamespace prsstart prstoken prsend prsheadline
        prslextype""",
    "pg_ts_template": "oid tmplname tmplnamespace tmplinit tmpllexize",
    "pg_user_mapping": "oid umuser umserver umoptions",
}
NOT_READ = {
    "said elsewhere": "amopmethod lanispl oprkind oprresult",
    "the server's matter": "collencoding collversion extrelocatable extversion extcondition",
    "data": "extconfig",
    "extensions cannot be given away": "extowner",
}
OF_TABLES_AND_TYPES = {
    "pg_aggregate", "pg_attrdef", "pg_attribute", "pg_class", "pg_constraint", "pg_enum",
    "pg_index", "pg_inherits", "pg_namespace", "pg_partitioned_table", "pg_policy", "pg_proc",
    "pg_rewrite", "pg_sequence", "pg_statistic_ext", "pg_trigger", "pg_type",
}  # fmt: skip
BETWEEN_OBJECTS = {"pg_depend", "pg_description", "pg_init_privs", "pg_seclabel"}
DATA = {"pg_largeobject", "pg_largeobject_metadata", "pg_statistic", "pg_statistic_ext_data"}
ONLY_NAMED = {"pg_subscription_rel"}  # of the subscription, which is


async def test_a_catalog_that_nobody_thought_of_fails_here(database):
    catalogs = await database.value(
        "SELECT array_agg(relname::text) FROM pg_class WHERE relkind = 'r' AND NOT relisshared"
        " AND relnamespace = 'pg_catalog'::regnamespace"
    )

    placed = READ.keys() | OF_TABLES_AND_TYPES | BETWEEN_OBJECTS | DATA | ONLY_NAMED
    assert set(catalogs) - placed == set()


@pytest.mark.parametrize("catalog", READ)
async def test_a_column_that_nobody_thought_of_fails_here(database, catalog: str):
    columns = await database.value(
        "SELECT array_agg(attname::text) FROM pg_attribute"
        " WHERE attrelid = to_regclass($1::text) AND attnum > 0",
        catalog,
    )
    if columns is None:
        pytest.skip(f"this server has no {catalog}")

    passed_over = set().union(*(text.split() for text in NOT_READ.values()))
    assert set(columns) - set(READ[catalog].split()) - passed_over == set()
    assert not set(READ[catalog].split()) & passed_over
