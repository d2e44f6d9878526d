"""A queue of bounded length: every message dies, but only after it was promoted.

The generational hypothesis says that most objects die young. These die middle-aged: each is copied, promoted, and
then turns into garbage that only a mark-sweep can take away.
"""

from collections.abc import Generator

from gcsim.errors import ScenarioError
from gcsim.sim.mutator import Mutator
from gcsim.sim.scenario import scenario

MESSAGES_PER_TURN = 1000


@scenario
def fifo_queue(m: Mutator, *, messages: int = 400_000, length: int = 60_000) -> Generator[None, None, None]:
    """`messages` messages pass through a ring of `length` places."""
    if min(messages, length) < 1:
        raise ScenarioError(f"messages and length must be at least 1, got {messages} and {length}")
    message = m.js.shape("Message", ("id", "body"))
    body = m.js.shape("Body", ("a", "b", "c", "d"))
    m.globals["ring"] = m.array(length)
    for start in range(0, messages, MESSAGES_PER_TURN):
        ring = m.globals["ring"]
        end = min(start + MESSAGES_PER_TURN, messages)
        for number in range(start, end):
            with m.scope():
                fresh = m.new(message)
                m.write(fresh, "id", number)
                m.write(fresh, "body", m.new(body))
                m.write(ring, number % length, fresh)
        m.progress(end, messages, "messages")
        yield
