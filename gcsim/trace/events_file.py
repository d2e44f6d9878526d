"""A `GcEvent` as a line of JSON: every field by its name, sizes in bytes, times in ms."""

import json

from attrs import asdict

from gcsim.events import GcEvent


def event_as_json(event: GcEvent) -> str:
    """The event as one line of JSON, without a newline."""
    return json.dumps(asdict(event) | {"kind": event.kind.value})
