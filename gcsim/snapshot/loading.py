"""From a file to a `Snapshot`: the steps in the order in which each needs the one before.

read -> retainers -> detached names -> page-owned, essential edges -> dominators
                                    -> shallow sizes -> retained sizes
                                    -> distances
                                    -> classes
"""

import os
from pathlib import Path

from gcsim.snapshot.classes import find_classes
from gcsim.snapshot.columns import Columns
from gcsim.snapshot.detached import spread_detachedness
from gcsim.snapshot.distances import find_distances
from gcsim.snapshot.dominators import find_dominators, retained_sizes
from gcsim.snapshot.ephemerons import find_ephemerons
from gcsim.snapshot.essential import essential_edges, page_owned
from gcsim.snapshot.graph import Snapshot
from gcsim.snapshot.kernels import Translator, interpreted, translator
from gcsim.snapshot.names import check_concatenated_strings
from gcsim.snapshot.read import READING, Progress, no_progress, read_bytes, read_columns
from gcsim.snapshot.retainers import find_retainers
from gcsim.snapshot.rows import Measures, find_preorder
from gcsim.snapshot.shallow import shallow_sizes

BYTES_PER_EDGE = 20  # of a file, about


def load(path: str | os.PathLike[str], *, progress: Progress = no_progress, use_numba: bool | None = None) -> Snapshot:
    """The snapshot in a file, plain or gzipped.

    `progress` is called with what is being done and how far it is, from 0 to 1. The loops run as machine code where
    numba is installed and the file is large enough; `use_numba` says it outright.

    Raises:
        OSError: the file cannot be read.
        SnapshotError: it is damaged.
        MissingExtra: numba is wanted and not installed.
    """
    progress("reading the file", 0.0)
    return loads(read_bytes(Path(path)), place=os.fspath(path), progress=progress, use_numba=use_numba)


def loads(
    data: bytes, *, place: str = "snapshot", progress: Progress = no_progress, use_numba: bool | None = None
) -> Snapshot:
    """As `load`, from the content of a file; `place` is what messages call it."""
    translate = translator(len(data) // BYTES_PER_EDGE, wanted=use_numba)
    columns = read_columns(place, data, translate, progress)
    del data  # no longer needed, and as large as all that follows
    return analyse(columns, translate, progress)


def analyse(columns: Columns, translate: Translator = interpreted, progress: Progress = no_progress) -> Snapshot:
    """All that a snapshot says beyond what is in its file. The columns are the snapshot's from now on."""
    check_concatenated_strings(columns)
    progress("finding retainers", READING)
    retainers = find_retainers(columns, translate)
    detachedness = spread_detachedness(columns, translate)
    ephemerons = find_ephemerons(columns.strings)
    essential = essential_edges(columns, ephemerons, page_owned(columns, translate), translate)
    progress("finding dominators", 0.6)
    dominators = find_dominators(columns, essential, retainers, translate)
    progress("finding sizes and distances", 0.8)
    shallow = shallow_sizes(columns, translate)
    retained = retained_sizes(shallow, dominators, translate)
    distance = find_distances(columns, ephemerons, translate)
    progress("naming classes", 0.9)
    classes = find_classes(columns, translate)
    progress("done", 1.0)
    return Snapshot(
        columns=columns,
        detachedness=detachedness,
        essential=essential,
        retainers=retainers,
        dominators=dominators,
        preorder=find_preorder(dominators, translate),
        measures=Measures(shallow, retained, distance),
        classes=classes,
        translate=translate,
    )
