"""`gcsim scenarios`: what can be run."""

import textwrap

import click

from gcsim.scenarios import BUILT_IN, built_in


@click.command()
@click.option("--scenes", is_flag=True, help="List the scenes of `gcsim watch` instead.")
def scenarios(*, scenes: bool) -> None:
    """List the built-in scenarios with their parameters."""
    if scenes:
        list_scenes()
    else:
        list_scenarios()


def list_scenes() -> None:
    """Each scene with its title, and the title of what is beside it, is on stdout."""
    from gcsim.view.scenes import BUNDLED, bundled

    for name in BUNDLED:
        print(name)
        scene = bundled(name)
        for shown in filter(None, (scene, scene.beside)):
            print(f"    {shown.title}")


def list_scenarios() -> None:
    """Each scenario with its help and its parameters is on stdout."""
    for name in BUILT_IN:
        found = built_in(name)
        print(name)
        print(textwrap.fill(" ".join(found.help.split()), 80, initial_indent="    ", subsequent_indent="    "))
        for parameter, default in found.parameters.items():
            shown = str(default).lower() if isinstance(default, bool) else default
            print(f"    -p {parameter}={shown}")
