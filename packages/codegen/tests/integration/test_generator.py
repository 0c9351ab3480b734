from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ferrule_codegen.generator import ModelsGenerator
from ferrule_core.catalog import (
    Catalog,
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexElement,
    PrimaryKey,
    QualifiedName,
    Table,
    TypeRef,
    load_catalog,
)
from ferrule_core.plugins.builtin_types import builtin_types
from ferrule_core.plugins.contracts import GeneratedFile, GenerateRequest

RUFF = (sys.executable, "-m", "ruff")
GOLDEN = Path(__file__).parents[1] / "golden"
KEPT_FROM_FORMATTERS = "# fmt: off\n# isort: skip_file\n"


def generate(catalog: Catalog, **names: str) -> list[GeneratedFile]:
    types = {mapping.name: mapping for mapping in builtin_types()}
    request = GenerateRequest(catalog=catalog, package="shop", types=types, names=names)
    return list(ModelsGenerator().generate(request))


def write(files: list[GeneratedFile], package: Path) -> None:
    for file in files:
        path = package / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_shop_is_rendered_as_it_was(shop):
    golden = GOLDEN / "shop.txt"

    text = "".join(f"==> {file.path} ({file.layer})\n{file.text}\n" for file in generate(shop))

    if os.environ.get("FERRULE_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_same_catalog_gives_the_same_bytes(shop):
    assert generate(shop) == generate(shop)


DECLARED = """
import importlib, pkgutil, shop
from ferrule_core.catalog import dump_catalog
from ferrule_core.mapping.to_catalog import to_catalog
from ferrule_core.model.source import declared_in
modules = [importlib.import_module(m.name) for m in pkgutil.walk_packages(shop.__path__, "shop.")]
print(dump_catalog(to_catalog(declared_in(modules, None))))
"""


def test_classes_declare_the_catalog_that_they_were_made_of(shop, tmp_path):
    author, *others = shop.tables
    german = QualifiedName("shop", "german")
    columns = tuple(
        replace(column, collation=german, comment='By "whom"') if column.name == "name" else column
        for column in author.columns
    )
    index = Index(
        name='odd "name"',
        elements=(
            IndexElement(
                column="name",
                collation=german,
                operator_class=QualifiedName("public", "gin_trgm_ops"),
                operator_class_parameters=(("siglen", "32"),),
                descending=True,
                nulls_first=False,
            ),
        ),
        method="gin",
        parameters=(("fastupdate", "off"),),
    )
    (view,) = shop.views
    odd = replace(view, definition="SELECT '\"\"\"\\' AS a,\n  '\t'::text AS b")
    catalog = replace(
        shop, tables=(replace(author, columns=columns, indexes=(index,)), *others), views=(odd,)
    )
    write(generate(catalog), tmp_path / "shop")

    said = load_catalog(run(sys.executable, "-W", "error", "-c", DECLARED, folder=tmp_path))

    assert said == catalog


def test_only_users_files_are_not_written_again(shop):
    user = {str(file.path) for file in generate(shop) if file.layer == "user"}

    tables = ["author", "book", "book_tag", "cheap_book", "tag"]
    assert user == {f"{t}.py" for t in tables} | {f"managers/{t}.py" for t in tables}


def test_generated_code_passes_ruff_with_its_defaults(shop, tmp_path):
    write(generate(shop), tmp_path / "shop")

    run(*RUFF, "check", "--isolated", "--extend-select", "I", ".", folder=tmp_path)
    run(*RUFF, "format", "--isolated", "--check", ".", folder=tmp_path)


def test_generated_code_has_the_formatters_layout_though_it_keeps_formatters_away(shop, tmp_path):
    files = generate(shop)
    write(files, tmp_path / "shop")
    for path in (tmp_path / "shop").rglob("*.py"):
        path.write_text(path.read_text().replace(KEPT_FROM_FORMATTERS, ""))

    run(*RUFF, "format", "--isolated", "--check", ".", folder=tmp_path)
    run(*RUFF, "check", "--isolated", "--extend-select", "I", ".", folder=tmp_path)


def test_generated_code_imports_without_a_warning_and_without_the_generator(shop, tmp_path):
    write(generate(shop), tmp_path / "shop")
    program = (
        "import shop, shop.managers, shop.generated.typing.book, sys\n"
        "named = [getattr(shop, name) for name in shop.__all__]\n"
        "models = [m for m in named if hasattr(m, '__table__')]\n"
        "links = [m.__table__.link(r) for m in models for r in m.__table__.relations]\n"
        "assert len(links) == 8, links\n"
        "assert 'ferrule_codegen' not in sys.modules\n"
        "assert 'asyncpg' not in sys.modules\n"
    )

    run(sys.executable, "-W", "error", "-c", program, folder=tmp_path)


@pytest.mark.parametrize("module", ["author", "book_tag", "managers.tag", "cheap_book"])
def test_each_module_can_be_the_first_to_be_imported(shop, tmp_path, module):
    write(generate(shop), tmp_path / "shop")

    run(sys.executable, "-W", "error", "-c", f"import shop.{module}", folder=tmp_path)


@pytest.mark.timeout(300)
def test_generated_code_passes_both_type_checkers(shop, tmp_path):
    write(generate(shop), tmp_path / "shop")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')

    run(sys.executable, "-m", "mypy", "--strict", "shop", folder=tmp_path)
    run(
        sys.executable,
        "-m",
        "basedpyright",
        "--pythonpath",
        sys.executable,
        "shop",
        folder=tmp_path,
    )


def test_what_is_not_used_is_not_imported(shop, tmp_path):
    write(generate(shop), tmp_path / "shop")
    program = (
        "import shop, sys\n"
        "assert not [m for m in sys.modules if m.startswith('shop.')]\n"
        "assert shop.Tag.__table__.link('books').target.model_name == 'Book'\n"
        "assert 'shop.author' not in sys.modules\n"
        "try: shop.Bok\n"
        "except AttributeError as error: print(error)\n"
    )

    run(sys.executable, "-W", "error", "-c", program, folder=tmp_path)


CLASHING_TABLES = """
any assignment call collection column columns decimal enum expr ferrule foreign_key generic
inverse_foreign_key json_value literal manager many_to_many mapping model never order orders_type
page protocol query required self sequence type typed_dict unpack uuid view
"""
CLASHING_COLUMNS = """
annotations any bool bytes classmethod column columns date datetime decimal dict float foreign_key
generated identity int list many_to_many model object order property self server_default str table
time timedelta tuple type types uuid
"""


def clashing_catalog() -> Catalog:
    """Tables and columns that are called as what generated modules import and use."""
    kinds = ["int4", "text", "date", "timestamptz", "numeric", "uuid", "bool", "jsonb", "interval"]
    columns = [
        Column(
            name=name,
            type=TypeRef("pg_catalog", kinds[n % len(kinds)], (), n % 4 == 0),
            default="x" if n % 3 == 0 else None,
            nullable=n % 2 == 0,
        )
        for n, name in enumerate(CLASHING_COLUMNS.split())
    ]
    number = Column(name="id", type=TypeRef("pg_catalog", "int4"), nullable=False)
    names = [QualifiedName("public", name) for name in CLASHING_TABLES.split()]
    tables = [
        Table(
            name=name,
            columns=(number, *columns, replace(number, name="next_id")),
            primary_key=PrimaryKey(name="k", columns=("id",)),
            foreign_keys=(
                ForeignKey(
                    name="f", columns=("next_id",), target=names[n - 1], target_columns=("id",)
                ),
            ),
        )
        for n, name in enumerate(names)
    ]
    mood = Enum(name=QualifiedName("public", "type_alias"), labels=("a",))
    return Catalog(tables=tuple(tables), enums=(mood,))


@pytest.mark.timeout(300)
def test_names_that_generated_code_uses_itself_disturb_nothing(tmp_path):
    catalog = clashing_catalog()
    write(generate(catalog), tmp_path / "shop")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    program = (
        "import shop, shop.managers\n"
        "named = [getattr(shop, name) for name in shop.__all__]\n"
        "tables = [m.__table__ for m in named if hasattr(m, '__table__')]\n"
        "links = [t.link(r).target for t in tables for r in t.relations]\n"
        "types = [c.value_type for t in tables for c in t.columns.values()]\n"
        "managers = [getattr(shop.managers, name) for name in shop.managers.__all__]\n"
        "assert 'Order' in shop.__all__ and 'Model' in shop.__all__\n"
        "print(len(tables), len(links), len(managers))\n"
    )

    shown = run(sys.executable, "-W", "error", "-c", program, folder=tmp_path)

    count = len(catalog.tables)
    assert shown.split() == [str(count), str(2 * count), str(count)]
    run(*RUFF, "check", "--isolated", "--extend-select", "I", ".", folder=tmp_path)
    run(sys.executable, "-m", "mypy", "--strict", "shop", folder=tmp_path)
    run(
        *(sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "shop"),
        folder=tmp_path,
    )


def test_wishes_name_classes_columns_and_relations(shop):
    files = generate(
        shop,
        **{
            "shop.author": "Writer",
            "shop.author.born": "birthday",
            "shop.book.book_author_id_fkey": "writer",
            "shop.book.book_author_id_fkey.inverse": "works",
            "shop.book_status.on sale": "AVAILABLE",
        },
    )

    texts = {str(file.path): file.text for file in files}
    assert (
        'birthday: Column[date | None] = column(default=None, name="born")'
        in (texts["generated/writer.py"])
    )
    assert (
        'works: InverseForeignKey[Book] = inverse_foreign_key("Book.writer")'
        in (texts["generated/writer.py"])
    )
    assert 'writer: ForeignKey[Writer] = foreign_key("author_id"' in texts["generated/book.py"]
    assert 'AVAILABLE = "on sale"' in texts["generated/enums.py"]


def test_an_empty_catalog_is_a_package_without_models(tmp_path):
    write(generate(Catalog()), tmp_path / "shop")

    run(sys.executable, "-W", "error", "-c", "import shop, shop.managers", folder=tmp_path)
    run(*RUFF, "check", "--isolated", ".", folder=tmp_path)
