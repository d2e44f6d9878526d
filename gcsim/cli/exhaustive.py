"""`gcsim check --exhaustive`: every interleaving of a small world, instead of random programs."""

from typing import TYPE_CHECKING, Any

from gcsim.cli.progress import progress_bar
from gcsim.errors import ConfigError

if TYPE_CHECKING:
    from gcsim.testing import Exploration, Scope

NAMES = ("objects", "fields", "steps")


def exhaust(classes: dict[str, Any], places: dict[str, str], given: dict[str, int | None]) -> bool:
    """The scope has been searched, and what was found is printed; returns whether nothing was.

    `classes`: the collectors, by "young" and "old", and `places`: as they were named. `given`: the parts of the scope
    that were given.
    """
    from gcsim import testing

    scope = scope_of(given, young="young" in classes)
    with progress_bar() as bar:
        found = testing.explore(**classes, scope=scope, on_progress=bar.update)
    if found.counterexample is not None:
        print(testing.report(found.counterexample, testing.beds(**classes), places))
        print(f"\nfound after {found.states:,} states; none of fewer steps of the mutator fails")
        return False
    for line in lines(found):
        print(line)
    return True


def scope_of(given: dict[str, int | None], *, young: bool) -> "Scope":
    """The scope: the default one where nothing is given, and with a young collector a smaller one.

    Raises:
        ConfigError: it is too large, or too small.
    """
    from gcsim.testing import WITH_YOUNG, Scope

    base = WITH_YOUNG if young else Scope()
    parts = {name: getattr(base, name) for name in NAMES} | {name: at for name, at in given.items() if at is not None}
    try:
        return Scope(**parts)
    except ValueError as error:
        raise ConfigError(f"--exhaustive: {error}") from None


def lines(found: "Exploration") -> list[str]:
    """What was searched, and that nothing was found."""
    scope = found.scope
    rows = {
        "scope": f"{scope.objects} objects, {scope.fields} fields, {scope.steps} steps of the mutator",
        "graphs": f"{found.graphs:,}",
        "states": f"{found.states:,}",
        "transitions": f"{found.transitions:,}",
        "depth": f"{found.depth}" + (", and more steps lead nowhere else" if found.closed else ""),
    }
    return [f"{name:<12} {value}" for name, value in rows.items()] + ["complete: no invariant can be broken"]
