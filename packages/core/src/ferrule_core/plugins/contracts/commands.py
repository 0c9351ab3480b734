"""What a package adds to the command line."""

from __future__ import annotations

from ferrule_core.deferred import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGroup:
    """One command, or a group of them, imported only when it is used.

    Attributes:
        name: The word behind ``ferrule``: ``pull``, ``db``.
        target: ``"package.module:function"`` for a command; ``"package.module:COMMANDS"``, a
            mapping of names to
            functions, for a group. A command is a plain typed function, sync or async: its
            signature
            is its options, its docstring its help. A first parameter annotated ``CommandContext``
            is given
            by the command line. It returns an exit code: 0 done, 1 failed, 2 wrongly called.
        summary: One line for ``ferrule --help``, which imports no command.
        needs: Package extras without which the command cannot work, e.g. ``("introspect",)``.
    """

    name: str
    target: str
    summary: str
    needs: tuple[str, ...] = ()
