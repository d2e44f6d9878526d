"""Steps: what was done on a testbed, as lines of a script that does it again."""

from functools import cache

from attrs import frozen


class Name(int):
    """An object's number, shown as the variable that holds it in a script: a to z, then a1, b1."""

    def __repr__(self) -> str:
        round_, letter = divmod(self - 1, 26)
        return f"{chr(ord('a') + letter)}{round_ or ''}"


@frozen
class Step:
    """One operation that was done: a method of the testbed with its arguments; objects are given as `Name`.

    `gives`: the object that it made, or 0.
    """

    method: str
    arguments: tuple[object, ...]
    named: dict[str, object]
    gives: Name

    def __str__(self) -> str:
        """The line of a script that does it; arguments that say what is so by default are left out."""
        given = list(self.arguments)
        if self.method in ("new", "start_marking"):
            while given and not given[-1]:
                given.pop()
        listed = [*map(repr, given), *(f"{key}={value!r}" for key, value in self.named.items() if value)]
        return f"{f'{self.gives!r} = ' if self.gives else ''}bed.{self.method}({', '.join(listed)})"


@cache
def step(method: str, *arguments: object) -> Step:
    """The step of that method with these arguments, which makes no object; equal ones are one."""
    return Step(method, arguments, {}, Name(0))
