"""Mark: find out what lives, by coloring.

White: not seen. Grey: seen, but its fields are not; it is on the worklist. Black: seen, and so are its fields. The
roots are made grey; then, again and again, a grey object is taken from the worklist, its white children become grey
and it becomes black. When no grey is left, black is what lives and white is garbage. The worklist is explicit, so the
depth of the graph does not matter. A leaf, which has no fields, is blackened when it is found, unless it is large.

Marking may be done in steps between which the mutator runs. Three things keep it right: the insertion barrier makes
grey whatever the mutator stores; what is born old meanwhile is born black; and the handles, which have no barrier, are
read once more at the end, while the mutator waits. Scavenges may come in between: they carry colors along.

The order of the visits, which decides what a step finds before the program drops it, is told in `segments.py`. What
the process itself holds is at the bottom. The script's variables come after the first slice that visits anything that
the barrier has pushed: in V8 they are found over such an object's map and its constructor's context. Or else they come
when nothing of the process is left.

A large array is visited in parts of 128 KB, so that no step must do it all; in between it is grey, and on top of what
the last part has found. So a long array is scanned before most of its elements, but by one part a step if steps are
small, and what the program takes out of it beyond that does not float.

An object with weak fields or ephemerons is blackened like any other, for its strong fields; the rest is the business
of `collectors/weak.py`.

Invariants: an object is grey exactly if it is on the worklist; colors only darken; no black object refers to a white
one; at the end every reachable object is black. What died after it was blackened stays until the next cycle (floating
garbage).

One unit of work: one byte of an object, or of a part of one, visited. O(live objects + their fields).
Left out: concurrent and parallel marking; the second bit of V8's mark bitmap; small leaves on the worklist, and that V8
visits arrays of doubles whole.
Source: V8 11.3 src/heap/incremental-marking.cc, marking-visitor-inl.h (VisitFixedArrayWithProgressBar); Dijkstra et al.
1978; GC Handbook, 2 and 15. Checked on Node 20 with `--trace-incremental-marking`: steps of 64 KB over large arrays
mark 128 KB; of rings of 16 to 40 large arrays, and of one of 250,000 small objects, as many float as here.
"""

from gcsim.collectors.protocol import Work
from gcsim.collectors.segments import SEGMENT, hold_back, publish, put_down, take_up
from gcsim.collectors.weak import WeakMarker
from gcsim.heap.heap import Heap
from gcsim.heap.memory import BLACK, GREY, WHITE
from gcsim.heap.roots import Handle
from gcsim.heap.shapes import FIRST_FIELD, TOLL
from gcsim.units import WORD_BYTES


class Marker:
    """Marks `heap`. The grey objects are the heap's (`heap.worklist`); `work` counts what was blackened.

    `weak`: what is to be done about weak fields and ephemerons.
    """

    __slots__ = ("_variables_wait", "heap", "weak", "work")

    def __init__(self, heap: Heap, work: Work) -> None:
        self.heap = heap
        self.work = work
        self._variables_wait = False
        self.weak = WeakMarker(heap, work)

    @property
    def done(self) -> bool:
        """Whether no grey object is left."""
        return not self.heap.worklist

    def start(self) -> None:
        """The barrier is on; what the process holds is grey, or if that is nothing, what the script's variables do."""
        heap = self.heap
        heap.marking = True
        heap.update_barrier()
        heap.in_hand = (0, 0, 0)
        self._shade(heap.roots.own)
        self._variables_wait = bool(heap.worklist)
        if not self._variables_wait:
            self._shade_variables()

    def _shade_variables(self) -> None:
        """What the script's variables refer to is grey.

        The variables are the globals and the handles of outer scopes; the innermost scope is the stack, which is left
        to the end. While the script itself runs, V8 finds its variables only over an object of one of its classes: over
        its map and its constructor's context. A script of strings, arrays and literals has no class, so all of them are
        found at the end (measured).
        """
        heap = self.heap
        self._variables_wait = False
        if heap.roots.in_script and not heap.shapes.has_classes:
            return
        for address in heap.roots.globals.values():
            heap.shade(address)
        for handles in heap.roots.scopes[:-1]:
            self._shade(handles)

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
        """Visit grey objects until the budget is spent or none is left; returns the bytes done."""
        if not self._variables_wait:
            return self._visit(budget_bytes)
        heap = self.heap
        aside = hold_back(heap)
        leads_to_variables = len(heap.worklist) > len(heap.roots.own)
        done = self._visit(budget_bytes)
        if leads_to_variables or not heap.worklist:
            self._look_at_variables()
        else:
            heap.in_hand = (0, 0, 0)
        heap.worklist += aside
        if done < budget_bytes:
            done += self._visit(budget_bytes - done)
        return done

    def _look_at_variables(self) -> None:
        """What they refer to is in the marker's hand, to be visited after what it has found so far."""
        heap = self.heap
        found, waiting = take_up(heap)
        count = len(heap.worklist)
        self._shade_variables()
        found[:0] = heap.worklist[count:]
        del heap.worklist[count:]
        put_down(heap, found, waiting)

    def _visit(self, budget_bytes: int) -> int:
        """The hot loop of `drain`."""
        heap, shapes, worklist = self.heap, self.heap.shapes, self.heap.worklist
        words, colors = heap.memory.words, heap.memory.colors
        end_of, listed_of, toll_of, words_of = shapes.end_of, shapes.listed_of, shapes.toll_of, shapes.words_of
        found, waiting = take_up(heap)
        push, other_push = found.append, waiting.append
        left = budget = -(-budget_bytes // WORD_BYTES)
        marked = 0
        while left > 0:
            if not waiting:
                if len(found) > SEGMENT:
                    publish(heap, found)
                found, waiting, push, other_push = waiting, found, other_push, push
                if not waiting:
                    waiting += worklist[-SEGMENT:]
                    del worklist[-SEGMENT:]
                    if not waiting:
                        break
            marked += len(waiting)
            rest = reversed(waiting)  # nothing is pushed onto it meanwhile
            for address in rest:
                shape = words[address]
                colors[address] = BLACK
                left -= toll_of[shape]
                for child in words[address + 1 : address + end_of[shape]]:
                    if child > 0 and not colors[child]:
                        if listed_of[words[child]]:
                            colors[child] = GREY
                            push(child)
                        else:
                            colors[child] = BLACK
                            marked += 1
                            left -= words_of[words[child]]
                if left <= 0 and (left := self._pay_toll(left, address, found)) <= 0:
                    waiting[:] = [*rest][::-1]
                    marked -= len(waiting)
                    break
            else:
                waiting.clear()
        put_down(heap, found, waiting)
        self.work.marked_words += budget - left
        self.work.marked_objects += marked
        return (budget - left) * WORD_BYTES

    def _pay_toll(self, left: int, address: int, found: list[int]) -> int:
        """What is left of the budget, if there is more to the object visited last than its strong fields.

        A large object's fields have not been visited yet, and a part of them is now; or else it has weak fields or
        entries, which are visited too.
        """
        if left > -TOLL // 2:
            return left
        shapes, header = self.heap.shapes, self.heap.memory.words[address]
        if shapes.words_of[header] > self.heap.max_regular_words and not shapes[header].ephemerons:
            left += shapes.words_of[header] - self._visit_part(address, found)
        else:
            self.weak.visit(address)
        return left + TOLL

    def _visit_part(self, address: int, found: list[int]) -> int:
        """The next words of a large object are visited; it is grey again if there are more. Returns the words done."""
        heap = self.heap
        words, colors, shapes = heap.memory.words, heap.memory.colors, heap.shapes
        header = words[address]
        first = heap.partly_visited.pop(address, FIRST_FIELD)
        end = min(first + heap.max_regular_words, shapes.words_of[header])
        done = end - first
        fields_end = min(end, FIRST_FIELD + shapes.strong_of[header])
        for child in words[address + first : address + fields_end]:
            if child > 0 and colors[child] == WHITE:
                is_listed = shapes.listed_of[words[child]]
                colors[child] = GREY if is_listed else BLACK
                if is_listed:
                    found.append(child)
                else:
                    done += shapes.words_of[words[child]]
                    self.work.marked_objects += 1
        if end == shapes.words_of[header]:
            self.weak.visit(address)
            return done + FIRST_FIELD
        heap.partly_visited[address] = end
        colors[address] = GREY
        found.append(address)
        self.work.marked_objects -= 1  # it will be counted again
        return done
