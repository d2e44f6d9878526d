"""Files and folders that are written whole or not at all: under another name first, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from gcsim.errors import ConfigError


@contextmanager
def replaced_path(path: Path) -> Iterator[Path]:
    """Where to write, under a name that ends as that of `path`: in its place at the end, gone after an error.

    What is no regular file (/dev/stdout, a named pipe) is written to as it is.

    Raises:
        ConfigError: a file cannot be written there.
    """
    if path.is_dir():
        raise ConfigError(f"{path}: cannot be written: it is a folder")
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


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` to write files into; at the end it takes its place, after an error it is gone.

    Raises:
        ConfigError: there is something at `path` that is no empty folder, or nothing can be written there.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ConfigError(f"{path} is there already and not an empty folder; give the name of a new one")
    temporary: Path | None = None
    try:
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        yield temporary
        temporary.chmod(0o755)
        temporary.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def temporary_beside(path: Path) -> Path:
    """A new empty file in the folder of `path`, with the permissions of `path` or those that a new file gets."""
    path = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
    os.close(descriptor)
    os.umask(umask := os.umask(0))
    Path(name).chmod(path.stat().st_mode if path.exists() else 0o666 & ~umask)
    return Path(name)
