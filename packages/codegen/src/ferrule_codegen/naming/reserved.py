"""Names that generated code must not give to anything of the user's, and why."""

from __future__ import annotations

import builtins
import keyword

KEYWORDS = frozenset(keyword.kwlist)

_MODEL_MEMBERS = """
aggregate all annotate bulk_create bulk_delete bulk_update bulk_upsert changed construct count
create create_schema defer delete distinct exclude exists explain fetch fetch_all_related fetch_fk
fetch_ifk fetch_m2m filter first from_json from_orm get get_or_create get_or_none group_by in_bulk
include increment insert_from is_loaded last limit linked loader merge metadata model_config
model_fields mro nearest objects offset only order_by original paginate pk prefetch_related purge
query raw read_schema refresh refresh_view restore reverse save select_for_update select_related
stream sync to_dict to_json update update_or_create update_schema upsert using validate values
values_list
"""

MODEL_MEMBERS = frozenset(_MODEL_MEMBERS.split())
"""What ``Model`` has or is promised to have: a column of that name would hide it."""

CLASS_BODY = frozenset({"classmethod", "property", "staticmethod", "super", "self", "cls"})
"""Names that the body of a generated class, or a signature in it, uses itself."""

ATTRIBUTES = KEYWORDS | MODEL_MEMBERS | CLASS_BODY
"""A column or relation of such a name gets an underscore at its end."""

ENUM_MEMBERS = KEYWORDS | {"mro", "name", "value"}
"""What ``enum.Enum`` does not take as a member, whatever its case is."""

CLASSES = KEYWORDS | {name for name in dir(builtins) if name[:1].isupper()}
"""Exceptions and constants of Python: a table or enum of such a name gets an underscore too."""

CLASS_ENDINGS = (
    "Base",
    "Column",
    "Create",
    "Lookups",
    "Manager",
    "ManagerBase",
    "ManagerSync",
    "Order",
    "Query",
    "Relation",
    "ToOne",
    "Update",
)
"""What is put behind the name of a model to name what is made for it."""

_MODULES = """
composites conftest domains functions enums generated lookups managers models queries sequences
setup typing con prn aux nul
"""

MODULES = (
    KEYWORDS
    | frozenset(_MODULES.split())
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
"""Files of the generated package, and what pytest and Windows take for something else."""
