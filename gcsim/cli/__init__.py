"""The command `gcsim`.

Every mistake of a user ends in one line on stderr and exit status 2; a simulated out-of-memory ends in 134, as node's
does; Ctrl-C in 130; a closed pipe is no mistake.
"""

import os
import sys

import click

from gcsim.cli.check import check
from gcsim.cli.run import INTERRUPTED, run
from gcsim.cli.scenarios import scenarios
from gcsim.cli.snapshot import snapshot
from gcsim.errors import GcsimError

BAD_USAGE = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gcsim")
def command() -> None:
    """A model of V8's generational heap: run programs on it and read its --trace-gc lines."""


command.add_command(check)
command.add_command(run)
command.add_command(scenarios)
command.add_command(snapshot)


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
