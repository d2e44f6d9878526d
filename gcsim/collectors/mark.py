"""Mark: find out what lives, by coloring.

White: not seen. Grey: seen, but its fields are not; it is on the worklist. Black: seen, and so are its fields. The
roots are made grey; then, again and again, a grey object is taken from the worklist, its white children become grey
and it becomes black. When no grey is left, black is what lives and white is garbage. The worklist is explicit, so the
depth of the graph does not matter. A leaf, which has no fields, is blackened when it is found.

Marking may be done in steps between which the mutator runs. Three things keep it right: the insertion barrier makes
grey whatever the mutator stores; what is born old meanwhile is born black; and the handles, which have no barrier, are
read once more at the end, while the mutator waits. Scavenges may come in between: they carry colors along.

The worklist is a stack, so what the barrier pushes between two steps comes first, and a program that stores each new
object somewhere keeps the marker busy with those. Only the first step begins with the roots: in V8 the first object
leads over its map to its constructor's context, and so to what the roots reach.

An object with weak fields or ephemerons is blackened like any other, for its strong fields; the rest is the business
of `collectors/weak.py`.

Invariants: an object is grey exactly if it is on the worklist; colors only darken; no black object refers to a white
one; at the end every reachable object is black. What died after it was blackened stays until the next cycle (floating
garbage).

One unit of work: one byte of an object blackened. O(live objects + their fields).
Left out: concurrent and parallel marking; the division of huge arrays (one array is one slice); the second bit of V8's
mark bitmap.
Source: V8 11.3 src/heap/incremental-marking.cc, marking-visitor-inl.h; Dijkstra et al. 1978; GC Handbook, 2 and 15.
"""

from gcsim.collectors.protocol import Work
from gcsim.collectors.weak import WeakMarker
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK, GREY
from gcsim.heap.roots import Handle
from gcsim.heap.shapes import TOLL
from gcsim.units import WORD_BYTES


class Marker:
    """Marks `heap`. The grey objects are the heap's (`heap.worklist`); `work` counts what was blackened.

    `weak`: what is to be done about weak fields and ephemerons.
    """

    __slots__ = ("_roots", "heap", "weak", "work")

    def __init__(self, heap: Heap, work: Work) -> None:
        self.heap = heap
        self.work = work
        self._roots = 0
        self.weak = WeakMarker(heap, work)

    @property
    def done(self) -> bool:
        """Whether no grey object is left."""
        return not self.heap.worklist

    def start(self) -> None:
        """The barrier is on, and what the heap's own roots and the script's variables refer to is grey.

        The variables are the globals and the handles of outer scopes; the innermost scope is the stack, which is left
        to the end. While the script itself runs, V8 finds its variables only over an object of one of its classes: over
        its map and its constructor's context. A script of strings, arrays and literals has no class, so all of them are
        found at the end (measured).
        """
        heap = self.heap
        heap.marking = True
        heap.update_barrier()
        self._shade(heap.roots.own)
        if not heap.roots.in_script or heap.shapes.has_classes:
            for address in heap.roots.globals.values():
                heap.shade(address)
            for handles in heap.roots.scopes[:-1]:
                self._shade(handles)
        self._roots = len(heap.worklist)

    def _shade(self, handles: list[Handle]) -> None:
        for handle in handles:
            self.heap.shade(handle.address)

    def shade_handles(self) -> None:
        """What any root refers to is grey or black."""
        for address in self.heap.roots.addresses():
            self.heap.shade(address)

    def stop(self) -> None:
        """The barrier is off. The colors stay for the sweep."""
        self.heap.marking = False
        self.heap.update_barrier()

    def drain(self, budget_bytes: int) -> int:
        """Blacken grey objects until the budget is spent or none is left; returns the bytes done. The hot loop."""
        heap, work = self.heap, self.work
        words, colors = heap.memory.words, heap.memory.colors
        words_of, strong_of = heap.shapes.words_of, heap.shapes.strong_of
        references_of, toll_of = heap.shapes.references_of, heap.shapes.toll_of
        worklist = heap.worklist
        self._roots_first()
        pop, push = worklist.pop, worklist.append
        left = budget = -(-budget_bytes // WORD_BYTES)
        marked = address = shape = last = 0
        while left > 0 or (left := self._pay_toll(left, address)) > 0:
            if last:
                address = last
            elif worklist:
                address = pop()
                shape = words[address]
            else:
                break
            colors[address] = BLACK
            marked += 1
            left -= toll_of[shape]
            last = 0  # what would be popped next does not go through the worklist
            for child in words[address + 1 : address + 1 + strong_of[shape]]:
                if child > 0 and not colors[child]:
                    child_shape = words[child]
                    if references_of[child_shape]:
                        colors[child] = GREY
                        if last:
                            push(last)
                        last = child
                        shape = child_shape
                    else:
                        colors[child] = BLACK
                        marked += 1
                        left -= words_of[child_shape]
        if last:
            push(last)
        spent = budget - left
        work.marked_words += spent
        work.marked_objects += marked
        return spent * WORD_BYTES

    def _roots_first(self) -> None:
        """In a cycle's first slice, the roots are on top of what the barrier has pushed since the start."""
        worklist, count = self.heap.worklist, self._roots
        worklist[:] = worklist[count:] + worklist[:count] if count else worklist
        self._roots = 0

    def _pay_toll(self, left: int, address: int) -> int:
        """What is left of the budget, if the object visited last has weak fields or entries: they are visited too."""
        if left > -TOLL // 2:
            return left
        self.weak.visit(address)
        return left + TOLL
