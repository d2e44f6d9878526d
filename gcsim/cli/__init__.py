"""The command `gcsim`.

Every mistake of a user ends in one line on stderr and exit status 2; a simulated out-of-memory ends in 134, as node's
does; Ctrl-C in 130; a closed pipe is no mistake.
"""

import os
import sys
from importlib import import_module
from typing import Final

import click

from gcsim.errors import GcsimError

BAD_USAGE: Final = 2
INTERRUPTED: Final = 130

COMMANDS: Final = ("check", "diagnose", "explain", "run", "scenarios", "snapshot", "watch")
"""Each is in the module of its name."""


class Commands(click.Group):
    """The commands, each of which is loaded when it is asked for: what one needs costs the others no time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"gcsim.cli.{cmd_name}"), cmd_name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gcsim")
def command() -> None:
    """A model of V8's generational heap: run programs on it, watch them, and read node's traces and snapshots."""


def main() -> None:
    """Run the command and exit with its status."""
    sys.exit(execute(sys.argv[1:]))


def execute(arguments: list[str]) -> int:
    """Run the command; returns its exit status."""
    status: object = 0
    try:
        with command.make_context("gcsim", arguments) as context:  # click's main would end a closed pipe with 1
            status = command.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        status = BAD_USAGE
    except click.ClickException as error:
        status = complain(error.format_message())
    except GcsimError as error:
        status = complain(" ".join([str(error), *(f"({note})" for note in getattr(error, "__notes__", []))]))
    except (KeyboardInterrupt, click.Abort):
        status = INTERRUPTED
    except BrokenPipeError:  # nobody reads on: what is still buffered goes nowhere
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError as error:
        status = complain(f"{error.filename or 'input/output'}: {error.strerror}")
    return status if isinstance(status, int) else 0


def complain(message: str) -> int:
    """One line on stderr; returns the status for bad usage."""
    print("gcsim:", " ".join(message.split()), file=sys.stderr)
    return BAD_USAGE
