"""`gcsim scenarios`: what can be run."""

import textwrap

import click

from gcsim.scenarios import BUILT_IN, built_in


@click.command()
def scenarios() -> None:
    """List the built-in scenarios with their parameters."""
    for name in BUILT_IN:
        found = built_in(name)
        print(name)
        print(textwrap.fill(" ".join(found.help.split()), 80, initial_indent="    ", subsequent_indent="    "))
        for parameter, default in found.parameters.items():
            shown = str(default).lower() if isinstance(default, bool) else default
            print(f"    -p {parameter}={shown}")
