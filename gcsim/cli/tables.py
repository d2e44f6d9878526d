"""Tables, as text that is printed like any other: rich itself would end the process where a stream is a closed pipe."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def as_text(table: "Table", *, stderr: bool = False, width: int | None = None) -> str:
    """The table's lines, for stdout or stderr; by default as wide as the terminal behind it."""
    from rich.console import Console

    console = Console(stderr=stderr, width=width)
    with console.capture() as text:
        console.print(table)
    return text.get()
