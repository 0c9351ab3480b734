"""What stands beside models: enums, domains and sequences. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ferrule_codegen.annotations import ENUM_MODULE
from ferrule_codegen.imports import Imports
from ferrule_codegen.naming.namespace import Namespace
from ferrule_codegen.naming.words import snake_case, words_of
from ferrule_codegen.quoting import python_docstring, python_string
from ferrule_codegen.render.calls import (
    Call,
    Keyword,
    call_of,
    object_name,
    sequence_options,
    spelt,
)
from ferrule_codegen.render.constraints import check_keywords, usual_name
from ferrule_codegen.render.folders import GENERATED
from ferrule_codegen.render.plan import PackagePlan
from ferrule_codegen.render.source import Group, assign, lay_out
from ferrule_codegen.render.sql_types import type_source
from ferrule_codegen.render.templates import fill
from ferrule_core.catalog import (
    PG_CATALOG,
    Check,
    Domain,
    Enum,
    QualifiedName,
    SequenceOptions,
    TypeRef,
)
from ferrule_core.catalog import Sequence as CatalogSequence
from ferrule_core.plugins.contracts import GeneratedFile

D = TypeVar("D", Domain, CatalogSequence)

_BIGINT = TypeRef(PG_CATALOG, "int8")

DOMAINS = "domains"
SEQUENCES = "sequences"


def render_objects(package: PackagePlan) -> Iterator[GeneratedFile]:
    """Modules of the enums, and of domains and sequences where there are some."""
    yield GeneratedFile(path=GENERATED / f"{ENUM_MODULE}.py", text=_enums(package))
    catalog = package.catalog
    if catalog.domains:
        about = "The domains of the database, as types that columns can have."
        yield _module(DOMAINS, about, catalog.domains, _domain)
    if catalog.sequences:
        about = "The sequences of the database that are no part of an identity column."
        yield _module(SEQUENCES, about, catalog.sequences, _sequence)


def _enums(package: PackagePlan) -> str:
    imports = Imports(classes=package.class_names)
    base = imports.use("enum", "Enum")
    return fill(
        "enums.py.j2",
        enums=[
            {
                "name": package.names.classes[enum.name],
                "type": lay_out(spelt(_enum(enum), imports), before="@"),
                "comment": python_docstring(enum.comment or "", indent=4),
                "members": _members(package, enum),
            }
            for enum in package.catalog.enums
        ],
        imports=imports.render(),
        base=base,
    )


def _enum(enum: Enum) -> Call:
    keywords: list[Keyword] = [("schema", python_string(enum.name.schema))]
    return call_of("enum_type", [python_string(enum.name.name)], keywords + _comment(enum.comment))


def _members(package: PackagePlan, enum: Enum) -> list[str]:
    members = package.names.members[enum.name]
    return [f"{members[label]} = {python_string(label)}" for label in enum.labels] or ["pass"]


def _module(
    name: str, about: str, objects: Iterable[D], render: Callable[[D, Imports], Call]
) -> GeneratedFile:
    imports, space = Imports(), Namespace()
    lines: list[str] = []
    for one in objects:
        constant = space.take(*_constants(one.name))
        lines.append(assign(constant, spelt(render(one, imports), imports)))
    text = fill(
        "objects.py.j2",
        about=python_docstring(about, indent=0),
        imports=imports.render(),
        lines=lines,
    )
    return GeneratedFile(path=GENERATED / f"{name}.py", text=text)


def _constants(name: QualifiedName) -> Iterator[str]:
    words = words_of(name.name)
    for candidate in (words, [*words_of(name.schema), *words]):
        yield snake_case([word.upper() for word in candidate], prefix="OBJECT")


def _domain(domain: Domain, imports: Imports) -> Call:
    positional = [python_string(domain.name.name), _type(domain.type, imports)]
    keywords: list[Keyword] = [("schema", python_string(domain.name.schema))]
    if not domain.nullable:
        keywords.append(("nullable", "False"))
    if domain.default is not None:
        keywords.append(("default", python_string(domain.default)))
    if domain.collation is not None:
        keywords.append(("collation", object_name(domain.collation)))
    if domain.checks:
        checks = [_check(domain, check, imports) for check in domain.checks]
        keywords.append(("checks", Group("[", tuple(checks), "]")))
    return call_of("domain", positional, keywords + _comment(domain.comment))


def _check(domain: Domain, check: Check, imports: Imports) -> str | Group:
    """A condition as text, where it says nothing else."""
    keywords = check_keywords(check)
    condition = python_string(check.expression)
    if len(domain.checks) == 1 and check.name == usual_name(domain.name.name, (), "check"):
        return spelt(call_of("check", [condition], keywords), imports) if keywords else condition
    named: list[Keyword] = [("name", python_string(check.name)), *keywords]
    return spelt(call_of("check", [condition], named), imports)


def _sequence(sequence: CatalogSequence, imports: Imports) -> Call:
    keywords: list[Keyword] = [("schema", python_string(sequence.name.schema))]
    if sequence.type != _BIGINT:
        keywords.append(("type", _type(sequence.type, imports)))
    if sequence.options != SequenceOptions():
        options = imports.use("ferrule", "SequenceOptions")
        keywords.append(("options", f"{options}({sequence_options(sequence.options)})"))
    if sequence.owner is not None:
        owner = (sequence.owner.table.name, sequence.owner.column)
        keywords.append(("owned_by", Group("(", tuple(map(python_string, owner)), comma=True)))
    return call_of(
        "sequence", [python_string(sequence.name.name)], keywords + _comment(sequence.comment)
    )


def _type(ref: TypeRef, imports: Imports) -> str:
    return type_source(ref, imports.use("ferrule", "types"))


def _comment(comment: str | None) -> list[Keyword]:
    return [] if comment is None else [("comment", python_string(comment))]
