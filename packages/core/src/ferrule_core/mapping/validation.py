"""What is wrong with the values of an instance, all at once and by column.

Values are checked where they are encoded, each once and with the first refusal as an exception.
Only then is anything of this called: it looks at all columns, so that the error names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ferrule_core.errors import ValidationFailed, ValueRefused
from ferrule_core.mapping.missing import MISSING

if TYPE_CHECKING:
    from ferrule_core.mapping.mapped import Mapped
    from ferrule_core.mapping.model_columns import ModelColumn
    from ferrule_core.mapping.model_table import ModelTable

WHOLE: Final = "*"
"""The key of what is wrong with an instance as a whole."""

_SHOWN = 20
"""How many problems a message lists; the error has them all."""


class Problem(NamedTuple):
    """What is wrong with a value, and what to do."""

    text: str
    hint: str | None = None
    missing: bool = False


Problems = dict[str, list[Problem]]
"""By attribute, in the order of the model."""


def problems_of(instance: Mapped, columns: Iterable[ModelColumn]) -> Problems:
    """What columns refuse of the values that an instance has in them, or does not have."""
    values = vars(instance)
    found: Problems = {}
    for column in columns:
        value = values.get(column.attribute, MISSING)
        if value is not MISSING:
            problem = _refusal(column, value)
        elif column.required and instance.__row__ is None:
            problem = Problem("a value is needed", missing=True)
        else:
            problem = None
        if problem is not None:
            found[column.attribute] = [problem]
    return found


def _refusal(column: ModelColumn, value: object) -> Problem | None:
    try:
        column.written.send(value)
    except ValueRefused as error:
        return Problem(error.message.removeprefix(f'column "{column.attribute}": '), error.hint)
    return None


def failure(table: ModelTable, problems: Problems) -> ValidationFailed:
    """The error for one instance."""
    return ValidationFailed(
        _message(table, problems), errors=_texts(problems), hint=_hint(table, problems)
    )


def failure_of_rows(table: ModelTable, rows: Mapping[int, Problems]) -> ValidationFailed:
    """The error for some of many instances, by their places among them."""
    listed = [
        (number, attribute, problem)
        for number, problems in rows.items()
        for attribute, several in problems.items()
        for problem in several
    ]
    errors: dict[str, list[str]] = {}
    for number, attribute, problem in listed:
        errors.setdefault(attribute, []).append(f"rows[{number}]: {problem.text}")
    number, attribute, first = listed[0]
    if len(listed) == 1:
        message = f"rows[{number}] of {table.model_name}, {_place(attribute)}: {first.text}"
    else:
        lines = [f"rows[{number}], {_place(at)}: {one.text}" for number, at, one in listed]
        message = _list(f"{_counted(rows, 'row')} of {table.model_name} cannot be written", lines)
    return ValidationFailed(
        message,
        errors={attribute: tuple(texts) for attribute, texts in errors.items()},
        rows={number: _texts(problems) for number, problems in rows.items()},
        hint=first.hint if len(listed) == 1 else None,
    )


def explained(instance: Mapped, columns: Iterable[ModelColumn], first: ValueRefused) -> Exception:
    """The error that names all that is refused, where encoding stopped at the first of it."""
    problems = problems_of(instance, columns)
    return failure(type(instance).__table__, problems) if problems else first


def explained_rows(
    table: ModelTable,
    instances: Sequence[Mapped],
    columns_of: Callable[[Mapped], Iterable[ModelColumn]],
    first: ValueRefused,
) -> Exception:
    """The same for many instances."""
    found = {
        number: problems
        for number, instance in enumerate(instances)
        if (problems := problems_of(instance, columns_of(instance)))
    }
    return failure_of_rows(table, found) if found else first


def _message(table: ModelTable, problems: Problems) -> str:
    listed = [(attribute, problem) for attribute in problems for problem in problems[attribute]]
    attribute, first = listed[0]
    if len(listed) > 1:
        lines = [f"{_place(at)}: {one.text}" for at, one in listed]
        return _list(f"{_counted(listed, 'error')} in {table.model_name}", lines)
    if first.missing:
        return f'{table.model_name} needs a value for "{attribute}"'
    if attribute == WHOLE:
        return f"{table.model_name}: {first.text}"
    return f'column "{attribute}": {first.text}'


def _hint(table: ModelTable, problems: Problems) -> str | None:
    listed = [problem for several in problems.values() for problem in several]
    if all(problem.missing for problem in listed):
        given = ", ".join(f"{attribute}=..." for attribute in problems)
        return f"{table.model_name}({given})"
    return listed[0].hint if len(listed) == 1 else None


def _list(title: str, lines: Sequence[str]) -> str:
    more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n  ".join([f"{title}:", *lines[:_SHOWN], *more])


def _place(attribute: str) -> str:
    return "as a whole" if attribute == WHOLE else f'column "{attribute}"'


def _counted(things: Mapping[Any, Any] | Sequence[Any], name: str) -> str:
    return f"{len(things)} {name}" if len(things) == 1 else f"{len(things)} {name}s"


def _texts(problems: Problems) -> Mapping[str, tuple[str, ...]]:
    return {
        attribute: tuple(problem.text for problem in several)
        for attribute, several in problems.items()
    }
