"""Files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from gcsim.errors import ConfigError


@contextmanager
def replaced_file(path: Path | None) -> Iterator[TextIO | None]:
    """A text file to write; at the end it takes the place of `path` at once, after an error it is gone.

    Without a path, None.

    Raises:
        ConfigError: the file cannot be written there.
    """
    if path is None:
        yield None
        return
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
