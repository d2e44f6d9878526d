"""What the bytes of a snapshot are: the slices of DevTools' Statistics view.

Native memory, code, strings, JavaScript arrays and V8's own (`system`); what is none of these is the rest of the
heap. An array counts with its elements store if nothing else refers to that.

Source: `calculateStatistics` of DevTools' HeapSnapshot.ts, 2026. Cost: O(nodes).
"""

from attrs import frozen

from gcsim.snapshot.columns import Columns, Ints
from gcsim.snapshot.retainers import Retainers

ARRAY_BUFFER = "system / JSArrayBufferData"
STRING_TYPES = ("string", "concatenated string", "sliced string")


@frozen
class Statistics:
    """Bytes by what they are. `native_bytes` includes `typed_arrays_bytes` and memory outside of any node."""

    total_bytes: int
    native_bytes: int
    typed_arrays_bytes: int
    code_bytes: int
    js_arrays_bytes: int
    strings_bytes: int
    system_bytes: int

    @property
    def v8_heap_bytes(self) -> int:
        """All but native memory."""
        return self.total_bytes - self.native_bytes


def find_statistics(columns: Columns, shallow: Ints, retainers: Retainers) -> Statistics:
    """The statistics of a snapshot."""
    by_type = [0] * (len(columns.node_types) + 1)
    for kind, size in zip(columns.node_type, shallow, strict=True):
        by_type[kind] += size
    sizes = dict(zip(columns.node_types, by_type, strict=False))
    native = columns.node_type_number("native")
    buffers = columns.nodes_named(ARRAY_BUFFER)
    return Statistics(
        total_bytes=sum(shallow) + columns.extra_native_bytes,
        native_bytes=sizes.get("native", 0) + columns.extra_native_bytes,
        typed_arrays_bytes=sum(shallow[node] for node in buffers if columns.node_type[node] == native),
        code_bytes=sizes.get("code", 0),
        js_arrays_bytes=js_arrays_bytes(columns, shallow, retainers),
        strings_bytes=sum(sizes.get(kind, 0) for kind in STRING_TYPES),
        system_bytes=sizes.get("hidden", 0),
    )


def js_arrays_bytes(columns: Columns, shallow: Ints, retainers: Retainers) -> int:
    """The bytes of the nodes named `Array`, with the elements that belong to one alone."""
    others = {columns.node_type_number(kind) for kind in ("hidden", "native", "code", *STRING_TYPES)}
    internal, elements = columns.edge_type_number("internal"), columns.string_of("elements")
    total = 0
    for node in columns.nodes_named("Array"):
        if columns.node_type[node] in others:
            continue
        total += shallow[node]
        for e in range(columns.first_edge[node], columns.first_edge[node + 1]):
            if columns.edge_type[e] == internal and columns.edge_name[e] == elements:
                store = columns.edge_to[e]
                total += shallow[store] if retainers.count_of(store) == 1 else 0
                break
    return total
