"""Files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from gcsim.errors import ConfigError


@contextmanager
def replaced_path(path: Path) -> Iterator[Path]:
    """Where to write; what is there at the end takes the place of `path` at once, after an error it is gone.

    What is no regular file (/dev/stdout, a named pipe) is written to as it is.

    Raises:
        ConfigError: a file cannot be written there.
    """
    replaces = path.is_file() or not path.exists()
    try:
        temporary = temporary_beside(path) if replaces else path
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    try:
        yield temporary
        if replaces:
            temporary.replace(path.resolve())
    except BaseException:
        if replaces:
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def replaced_file(path: Path | None) -> Iterator[TextIO | None]:
    """A text file to write, as `replaced_path` has it. Without a path, None.

    Raises:
        ConfigError: the file cannot be written there.
    """
    if path is None:
        yield None
        return
    with replaced_path(path) as temporary:
        try:
            file = temporary.open("w", encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
        with file:
            yield file


def temporary_beside(path: Path) -> Path:
    """A new empty file in the folder of `path`, with the permissions of `path` or those that a new file gets."""
    path = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    os.umask(umask := os.umask(0))
    Path(name).chmod(path.stat().st_mode if path.exists() else 0o666 & ~umask)
    return Path(name)
