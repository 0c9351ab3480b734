from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from ferrule_codegen.writing.decide import (
    HEADER,
    Folder,
    decide_changes,
    next_files,
    unified_diffs,
)
from ferrule_codegen.writing.folder import Write, read_folder, write_all
from ferrule_codegen.writing.manifest import (
    MANIFEST,
    Manifest,
    WrittenFile,
    digest,
    dump_manifest,
    load_manifest,
)
from ferrule_core.errors import EditedFiles, ForeignFiles, GenerationError
from ferrule_core.plugins.contracts import GeneratedFile, Layer

EMPTY = Folder(files={}, manifest=None)


def generated(path: str, text: str, layer: Layer = "base") -> GeneratedFile:
    return GeneratedFile(path=PurePosixPath(path), text=text, layer=layer)


def after(*files: GeneratedFile, **edits: str | None) -> Folder:
    """The folder after a pull of ``files``; then ``edits``: name, dots for slashes, to new text."""
    content = {file.path: file.text.encode() for file in files}
    changes = decide_changes(files, EMPTY)
    manifest = Manifest(generator="models", catalog="", files=next_files(files, changes, EMPTY))
    for name, text in edits.items():
        path = PurePosixPath(f"{name}.py")
        if text is None:
            del content[path]
        else:
            content[path] = text.encode()
    return Folder(files=content, manifest=manifest)


def outcomes(*wanted: GeneratedFile, folder: Folder, force: bool = False) -> dict[str, str]:
    changes = decide_changes(wanted, folder, force=force)
    return {str(change.path): change.outcome for change in changes}


BASE = generated("base.py", f"{HEADER}x\na = 1\n")
MINE = generated("mine.py", "class Mine: ...\n", "user")


def test_all_is_created_in_an_empty_folder():
    assert outcomes(BASE, MINE, folder=EMPTY) == {"base.py": "created", "mine.py": "created"}


def test_the_second_time_nothing_changes():
    assert outcomes(BASE, MINE, folder=after(BASE, MINE)) == {
        "base.py": "unchanged",
        "mine.py": "kept",
    }


def test_the_base_layer_is_written_again_and_the_users_never():
    folder = after(BASE, MINE, mine="class Mine: own = 1\n")
    changed = generated("base.py", "b = 2\n")
    other = generated("mine.py", "class Other: ...\n", "user")

    changes = decide_changes((changed, other), folder)

    assert {str(c.path): (c.outcome, c.after) for c in changes} == {
        "base.py": ("changed", b"b = 2\n"),
        "mine.py": ("kept", b"class Mine: own = 1\n"),
    }


def test_a_file_that_was_deleted_is_created_again():
    assert outcomes(BASE, MINE, folder=after(BASE, MINE, mine=None))["mine.py"] == "created"


def test_an_edited_base_file_is_refused_unless_forced():
    folder = after(BASE, MINE, base="a = 2\n")

    with pytest.raises(EditedFiles) as caught:
        outcomes(BASE, MINE, folder=folder)

    assert caught.value.message == (
        'files that a pull writes again were changed by hand: "base.py"'
    )
    assert outcomes(BASE, MINE, folder=folder, force=True)["base.py"] == "changed"


def test_a_base_file_that_already_holds_what_is_wanted_is_fine():
    wanted = generated("base.py", "new\n")

    assert outcomes(wanted, folder=after(BASE, base="new\n")) == {"base.py": "unchanged"}


def test_a_folder_that_ferrule_did_not_make_is_refused_by_name():
    folder = Folder(
        files={PurePosixPath("notes.txt"): b"", PurePosixPath("a.py"): b""}, manifest=None
    )

    with pytest.raises(ForeignFiles) as caught:
        outcomes(BASE, folder=folder, force=True)

    assert caught.value.message == (
        "the output folder has files that Ferrule did not write (there is no record of a pull):"
        ' "a.py", "notes.txt"'
    )
    assert caught.value.hint == "choose another folder with --output, or move them away"


def test_many_foreign_files_are_counted():
    folder = Folder(files={PurePosixPath(f"{n}.txt"): b"" for n in range(8)}, manifest=None)

    with pytest.raises(ForeignFiles, match=r'"4\.txt" and 3 more'):
        outcomes(BASE, folder=folder)


def test_a_foreign_file_in_the_way_is_refused_and_one_beside_is_left_alone():
    folder = after(BASE)
    beside = Folder(
        files={**folder.files, PurePosixPath("own.py"): b"mine"}, manifest=folder.manifest
    )

    assert outcomes(BASE, folder=beside) == {"base.py": "unchanged"}
    with pytest.raises(ForeignFiles, match=r'they are in the way.*"own\.py"'):
        outcomes(BASE, generated("own.py", "x = 1\n"), folder=beside, force=True)


def test_without_a_manifest_force_takes_over_what_bears_ferrules_header():
    lost = Folder(
        files=after(BASE, MINE, mine="own = 1\n", base=f"{HEADER}\n").files, manifest=None
    )

    with pytest.raises(ForeignFiles):
        outcomes(BASE, MINE, folder=lost)
    assert outcomes(BASE, MINE, folder=lost, force=True) == {
        "base.py": "changed",
        "mine.py": "kept",
    }


def test_orphans_are_removed_only_if_untouched():
    folder = after(BASE, MINE, generated("touched.py", "pass\n", "user"), touched="own = 1\n")

    changes = decide_changes((BASE,), folder)

    assert {str(c.path): c.outcome for c in changes} == {
        "base.py": "unchanged",
        "mine.py": "removed",
        "touched.py": "orphaned",
    }
    assert sorted(next_files((BASE,), changes, folder)) == ["base.py", "touched.py"]


def test_the_manifest_remembers_what_a_user_file_was_created_with():
    folder = after(MINE, mine="own = 1\n")
    other = generated("mine.py", "another text\n", "user")

    files = next_files((other,), decide_changes((other,), folder), folder)

    assert files == {"mine.py": WrittenFile(layer="user", sha256=digest(MINE.text.encode()))}


@pytest.mark.parametrize("path", ["../evil.py", "/etc/evil.py", "a/../../evil.py"])
def test_a_file_outside_the_folder_is_refused(path):
    with pytest.raises(GenerationError, match="lies outside the output folder"):
        outcomes(generated(path, ""), folder=EMPTY)


def test_two_files_that_some_file_systems_take_for_one_are_refused():
    with pytest.raises(GenerationError, match=r'two generated files have the path "A\.py"'):
        outcomes(generated("a.py", ""), generated("A.py", ""), folder=EMPTY)


def test_changes_are_shown_as_a_unified_diff():
    folder = after(BASE, generated("gone.py", "x\n"))

    text = unified_diffs(
        decide_changes((generated("base.py", f"{HEADER}x\na = 2\n"), MINE), folder)
    )

    assert text == (
        f"--- a/base.py\n+++ b/base.py\n@@ -1,2 +1,2 @@\n {HEADER}x\n-a = 1\n+a = 2\n"
        "--- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
        "--- /dev/null\n+++ b/mine.py\n@@ -0,0 +1 @@\n+class Mine: ...\n"
    )


def test_the_manifest_survives_its_json():
    manifest = Manifest(
        generator="models",
        catalog="ab",
        names={"b": "B", "a": "A"},
        files={"x.py": WrittenFile(layer="base", sha256="00")},
    )

    text = dump_manifest(manifest)

    assert load_manifest(text) == manifest
    assert text.index(b'"a"') < text.index(b'"b"')
    assert text.endswith(b"}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"<<<<<<< HEAD", "Invalid JSON"),
        (b"{}", "Field required"),
        (b'{"format": 9, "generator": "m", "catalog": "", "files": {}}', "has format 9"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_an_error(text, message):
    with pytest.raises(GenerationError, match=message):
        load_manifest(text)


def test_the_folder_is_read_without_caches_and_hidden_files(tmp_path: Path):
    (tmp_path / "pkg" / "__pycache__").mkdir(parents=True)
    (tmp_path / "pkg" / "__pycache__" / "a.pyc").write_bytes(b"")
    (tmp_path / ".gitkeep").write_bytes(b"")
    (tmp_path / "pkg" / "a.py").write_bytes(b"a\r\n")

    assert read_folder(tmp_path).files == {PurePosixPath("pkg/a.py"): b"a\r\n"}
    assert read_folder(tmp_path / "absent") == EMPTY


def test_a_symbolic_link_in_the_folder_is_refused(tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "generated").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ForeignFiles, match="neither file nor folder"):
        read_folder(tmp_path / "out")


def test_an_output_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "out").write_text("x")

    with pytest.raises(ForeignFiles, match="is a file"):
        read_folder(tmp_path / "out")


def test_files_are_written_replaced_and_removed_together(tmp_path: Path):
    (tmp_path / "old.py").write_text("old")
    (tmp_path / "gone.py").write_text("gone")
    (tmp_path / "old.py").chmod(0o640)

    write_all(
        [
            Write(path=tmp_path / "deep" / "er" / "new.py", content=b"new\n"),
            Write(path=tmp_path / "old.py", content=b"changed\n"),
            Write(path=tmp_path / "gone.py", content=None),
        ]
    )

    assert (tmp_path / "deep" / "er" / "new.py").read_bytes() == b"new\n"
    assert (tmp_path / "old.py").read_bytes() == b"changed\n"
    assert (tmp_path / "old.py").stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["deep", "er", "new.py", "old.py"]


def test_when_one_file_cannot_be_written_none_is(tmp_path: Path):
    (tmp_path / "old.py").write_text("old")
    (tmp_path / "gone.py").write_text("gone")
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "full").mkdir()

    with pytest.raises(GenerationError, match="so nothing was changed"):
        write_all(
            [
                Write(path=tmp_path / "fresh" / "new.py", content=b"new\n"),
                Write(path=tmp_path / "old.py", content=b"changed\n"),
                Write(path=tmp_path / "gone.py", content=None),
                Write(path=tmp_path / "blocked", content=b"a folder is in the way"),
            ]
        )

    assert (tmp_path / "old.py").read_text() == "old"
    assert (tmp_path / "gone.py").read_text() == "gone"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["blocked", "gone.py", "old.py"]


def test_when_a_folder_cannot_be_made_nothing_is_left(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(GenerationError, match="so nothing was changed"):
        write_all(
            [
                Write(path=tmp_path / "made" / "a.py", content=b""),
                Write(path=tmp_path / "file" / "b.py", content=b""),
            ]
        )

    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_the_manifest_is_hidden():
    assert MANIFEST.name.startswith(".")
