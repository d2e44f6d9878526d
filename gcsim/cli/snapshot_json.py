"""What `gcsim snapshot` prints with --json: every number in bytes, ids and counts as they are."""

from typing import Any

from attrs import asdict

from gcsim.cli.snapshot_rows import sorted_changes, sorted_rows
from gcsim.snapshot import (
    ClassChange,
    ClassRow,
    Comparison,
    Edge,
    Node,
    Snapshot,
    find_suspect,
    in_words,
    path_to,
    retainers_of,
)


def summary_as_json(snapshot: Snapshot, sort: str, top: int | None) -> dict[str, Any]:
    """A summary; all classes, or the first `top`."""
    return {
        "file": snapshot.columns.place,
        "nodes": snapshot.node_count,
        "edges": snapshot.edge_count,
        "last_js_id": snapshot.last_js_id,
        "statistics": asdict(snapshot.statistics()),
        "suspect": suspect_as_json(snapshot),
        "classes": [row_as_json(row) for row in sorted_rows(snapshot.rows(), sort)[:top]],
    }


def suspect_as_json(snapshot: Snapshot) -> dict[str, Any] | None:
    """The object to look at first."""
    suspect = find_suspect(snapshot)
    if suspect is None:
        return None
    holds = [{"class": name, "count": count, "retained_bytes": size} for name, count, size in suspect.holds]
    return {**node_as_json(suspect.node), **path_as_json(suspect.node), "holds": holds}


def comparison_as_json(comparison: Comparison, sort: str, top: int | None) -> dict[str, Any]:
    """A comparison; all classes with a change, or the first `top`."""
    return {
        "base": comparison.base.columns.place,
        "file": comparison.newer.columns.place,
        "base_total_bytes": comparison.base.total_bytes,
        "total_bytes": comparison.newer.total_bytes,
        "classes": [change_as_json(row) for row in sorted_changes(comparison.rows, sort)[:top]],
        "allocated_between": [row_as_json(row) for row in comparison.allocated_between()[:top]],
        "suspect": suspect_as_json(comparison.newer),
    }


def retainers_as_json(nodes: list[Node], top: int | None) -> dict[str, Any]:
    """Some nodes, and who holds the first of them."""
    return {
        "file": nodes[0].snapshot.columns.place,
        "count": len(nodes),
        "objects": [node_as_json(node) for node in nodes[:top]],
        "held_by": [edge_as_json(edge) for edge in retainers_of(nodes[0])[:top]],
        **path_as_json(nodes[0]),
    }


def row_as_json(row: ClassRow) -> dict[str, Any]:
    """A class of a summary."""
    return asdict(row)


def change_as_json(row: ClassChange) -> dict[str, Any]:
    """A class of a comparison."""
    return {**asdict(row), "count_delta": row.count_delta, "bytes_delta": row.bytes_delta}


def node_as_json(node: Node) -> dict[str, Any]:
    """A node."""
    return {
        "id": node.id, "name": node.name, "class": node.class_name, "type": node.type, "distance": node.distance,
        "shallow_bytes": node.shallow_bytes, "retained_bytes": node.retained_bytes, "dominator": node.dominator.id,
    }  # fmt: skip


def edge_as_json(edge: Edge) -> dict[str, Any]:
    """A reference, with the node that holds it."""
    return {"edge": edge.name, "edge_type": edge.type, **node_as_json(edge.source)}


def path_as_json(node: Node) -> dict[str, Any]:
    """The way from the root to a node."""
    path = path_to(node)
    steps = [{"edge": edge.name, "edge_type": edge.type, **node_as_json(edge.target)} for edge in path]
    return {"path": steps, "path_in_words": in_words(path)}
