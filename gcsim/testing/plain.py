"""Plain collectors: gcsim's own algorithms with one small method for each step, to read and to build upon.

`Scavenger` and the `Marker` of `MarkSweep` do their work in one long loop each, because it is hot. Here the same steps
have names: a slot is visited, an object is old enough, it is copied, forwarded, scanned, shaded, blackened; a page's
dead runs are found and freed. Whoever writes a collector can start from these and override what differs; the seeded
bugs of `gcsim.testing.mutants` do.

    class Hasty(PlainScavenger):
        def is_old_enough(self, address):
            return True

Invariants: those of the fast collectors. From the same heap and the same budgets a plain collector makes the same heap,
word by word, and counts the same work.

Left out: the marking that ephemerons cause and evacuation, which are plain already (`collectors.weak`,
`collectors.evacuate`). About five times slower than the fast ones.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence

from gcsim.collectors import MarkSweep, Phase, Scavenger
from gcsim.collectors.mark import Marker
from gcsim.collectors.segments import SEGMENT, publish, put_down, take_up
from gcsim.collectors.sweep import allocate_in_old
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import spans
from gcsim.heap.memory import BLACK, GREY, NULL, WHITE
from gcsim.heap.old_space import Page
from gcsim.heap.shapes import TOLL
from gcsim.units import WORD_BYTES


class PlainScavenger(Scavenger):
    """One scavenge of `heap`. `copied`, `promotions`: objects of this slice."""

    __slots__ = ("at_hand", "copied", "promotions")

    def _copy(self, budget: int) -> int:
        """Visit slots until `budget` words are done: roots and remembered slots first, then what they led to."""
        self.copied = self.promotions = spent = 0
        self.at_hand = self._list_at_hand()
        scanning = self.phase is Phase.COPY
        while spent < budget:
            done = self.scan_next() if scanning else self.visit_batch(budget - spent)
            if not done:
                break
            spent += done
        if self.has_list and self.phase is Phase.FINISH:
            self.scan = self.heap.new.top
        self._count(self.copied, self.promotions)
        if not scanning:
            self._write_back_roots()
        return spent

    def visit_batch(self, most: int) -> int:
        """Visit some of the roots or remembered slots; returns how many, 0 when there are no more."""
        table, slots, in_old = self._next_batch(most)
        for slot in slots:
            self.visit(table, slot, in_old=in_old)
        if not slots:
            self.phase = Phase.COPY
        return len(slots)

    def scan_next(self) -> int:
        """Scan an object that was copied or promoted; returns its words, 0 when there are no more."""
        while True:
            ready, _, most = self.at_hand
            if ready and len(self._promoted.pushed) < most:
                return self.scan_object(ready.pop())
            if self.has_unscanned():
                holder = self.scan
                self.scan += self.size_of(holder)
                return self.scan_object(holder)
            if not self._find_waiting():
                self.phase = Phase.FINISH
                return 0
            self.at_hand = self._list_at_hand()

    def has_unscanned(self) -> bool:
        """Whether a copied object between `scan` and `top` was not scanned yet."""
        return not self.has_list and self.scan < self._open_buffer()[0]

    def scan_object(self, holder: int) -> int:
        """Visit the fields of an object that was copied or promoted; returns its words."""
        shapes, shape = self.heap.shapes, self.heap.memory.words[holder]
        for slot in self.fields_of(holder):
            self.visit(self.heap.memory.words, slot, in_old=holder >= self.heap.old_start)
        if shapes.toll_of[shape] >= TOLL and shapes[shape].ephemerons:
            self._tables.append(holder)
        return self.size_of(holder)

    def fields_of(self, holder: int) -> Sequence[int]:
        """The slots of an object that are followed, in the order in which they are."""
        count = self.heap.shapes.scanned_of[self.heap.memory.words[holder]]
        return range(holder + 1, holder + 1 + count)

    def visit(self, table: "array[int]", slot: int, *, in_old: bool) -> None:
        """What the slot refers to is evacuated, and the slot refers to where it is now. `in_old`: the slot is."""
        address = table[slot]
        if NULL < address < self.heap.old_start:
            table[slot] = to = self.forwarded(address) or self.evacuate(address)
            if in_old and to < self.heap.old_start:
                self.remember(slot)
        elif address in self.heap.new_large.chunks:
            self._promote_large(address)

    def remember(self, slot: int) -> None:
        """The slot of an old object refers to an object that stayed young."""
        self.heap.remembered.slots.add(slot)

    def forwarded(self, address: int) -> int:
        """Where the object was evacuated to, or 0 if it was not yet."""
        return max(NULL, -self.heap.memory.words[address])

    def evacuate(self, address: int) -> int:
        """The object is promoted or copied; returns where it is now."""
        size = self.size_of(address)
        to = self.promote(address) if self.is_old_enough(address) else self.copy(address)
        words, colors = self.heap.memory.words, self.heap.memory.colors
        words[to : to + size] = words[address : address + size]
        if self.heap.marking and colors[address]:
            colors[to] = colors[address]
        self.forward(address, to)
        return to

    def is_old_enough(self, address: int) -> bool:
        """Whether the object has survived before."""
        return address < self.age_mark

    def promote(self, address: int) -> int:
        """Memory for the object in old space; its fields are still to be scanned."""
        to = allocate_in_old(self.heap, self.size_of(address))
        self.promotions += 1
        if self.heap.shapes.scanned_of[self.heap.memory.words[address]]:
            self.scan_later(to)
        return to

    def copy(self, address: int) -> int:
        """Memory for the object in to-space, or in old space if there is no room."""
        size = self.size_of(address)
        to, end = self._open_buffer()
        if to + self.heap.shapes.buffered_of[self.heap.memory.words[address]] <= end:
            self._close_buffer(to + size)
        else:
            to = self._allocate_copy(to, size)
        if to >= self.heap.old_start:
            self.promotions += 1
            self.scan_later(to)
        else:
            self.copied += 1
            if self.has_list and self.heap.shapes.scanned_of[self.heap.memory.words[address]]:
                self._copied.pushed.append(to)
        return to

    def scan_later(self, promoted: int) -> None:
        """The promoted object waits for its scan."""
        self._promoted.pushed.append(promoted)

    def forward(self, address: int, to: int) -> None:
        """The old header says where the object is now."""
        self.heap.memory.words[address] = -to

    def size_of(self, address: int) -> int:
        """The words of the object."""
        return self.heap.shapes.words_of[self.heap.memory.words[address]]


class PlainMarker(Marker):
    """Marks `heap`. `found`, `waiting`: the marker's own segments of grey objects, while a slice lasts."""

    __slots__ = ("found", "waiting")

    def _shade_variables(self) -> None:
        """What the script's variables refer to is grey (see `Marker`)."""
        roots = self.heap.roots
        self._variables_wait = False
        if not roots.in_script or self.heap.shapes.has_classes:
            self.shade_all(self.globals())
            self.shade_all(handle.address for handles in roots.scopes[:-1] for handle in handles)

    def shade_handles(self) -> None:
        """What any root refers to is grey or black."""
        self.shade_all(self.globals())
        self.shade_all(handle.address for handles in self.heap.roots.scopes for handle in handles)

    def globals(self) -> Iterable[int]:
        """The addresses of the named roots."""
        return self.heap.roots.globals.values()

    def shade_all(self, addresses: Iterable[int]) -> None:
        """Each of the objects is grey or black."""
        for address in addresses:
            self.heap.shade(address)

    def _visit(self, budget_bytes: int) -> int:
        """Blacken grey objects until the budget is spent or none is left; returns the bytes done."""
        self.found, self.waiting = take_up(self.heap)
        left = budget = -(-budget_bytes // WORD_BYTES)
        while left > 0:
            address = self.next_grey()
            if not address:
                break
            left -= self.blacken(address)
        self.stop_slice()
        self.work.marked_words += budget - left
        return (budget - left) * WORD_BYTES

    def next_grey(self) -> int:
        """A grey object is taken off the worklist, 0 if there is none: see `collectors.segments` for the order."""
        if not self.waiting:
            publish(self.heap, self.found)
            self.found, self.waiting = self.waiting, self.found
        if not self.waiting:
            self.waiting = self.heap.worklist[-SEGMENT:]
            del self.heap.worklist[-SEGMENT:]
        return self.waiting.pop() if self.waiting else 0

    def stop_slice(self) -> None:
        """What is grey is on the heap's worklist."""
        put_down(self.heap, self.found, self.waiting)

    def blacken(self, address: int) -> int:
        """The object is black, and none of its children white; returns the words blackened, leaves included."""
        heap, shapes = self.heap, self.heap.shapes
        heap.memory.colors[address] = BLACK
        self.work.marked_objects += 1
        shape = heap.memory.words[address]
        words = shapes.words_of[shape]
        for child in heap.memory.words[address + 1 : address + shapes.end_of[shape]]:
            if child > NULL and heap.memory.colors[child] == WHITE:
                words += self.visit(child)
        if shapes.toll_of[shape] >= TOLL:
            words -= self._pay_toll(-TOLL, address, self.found)
        return words

    def visit(self, child: int) -> int:
        """The white child is grey, or black at once if it is a leaf; returns the words blackened."""
        colors, shapes, shape = self.heap.memory.colors, self.heap.shapes, self.heap.memory.words[child]
        if shapes.listed_of[shape]:
            colors[child] = GREY
            self.found.append(child)
            return 0
        colors[child] = BLACK
        self.work.marked_objects += 1
        return shapes.words_of[shape]


class PlainMarkSweep(MarkSweep):
    """One mark-sweep of `heap`, with a plain marker."""

    __slots__ = ()

    marker_type = PlainMarker


class PageSweep:
    """The sweep of one page, step by step: what `collectors.sweep.sweep_page` does in one loop."""

    def __init__(self, heap: Heap, page: Page) -> None:
        self.heap = heap
        self.page = page

    def run(self) -> None:
        """The page's dead are free blocks, its colors white."""
        for start, words in list(self.dead_runs()):
            self.free(start, words)
        self.whiten()
        self.page.swept = True

    def dead_runs(self) -> Iterator[tuple[int, int]]:
        """(start, words) of each run of dead objects and fillers, lowest first."""
        start = end = NULL
        for address, words, header in spans(self.heap, self.start(), self.page.area_end):
            if self.heap.memory.colors[address] == BLACK:
                continue
            if address == end and self.joins(start, address, header):
                end += words
                continue
            if end:
                yield start, end - start
            start, end = address, address + words
        if end:
            yield start, end - start

    def start(self) -> int:
        """Where the walk begins."""
        return self.page.area_start

    def joins(self, run: int, address: int, header: int) -> bool:
        """Whether what is dead at `address` belongs to the run before it, which begins at `run`."""
        return True

    def free(self, start: int, words: int) -> None:
        """The words are a free block."""
        if self.page.is_code:
            self.heap.memory.words[start] = words
        else:
            self.heap.old.free_list.add(start, words)

    def whiten(self) -> None:
        """No word of the page has a color."""
        self.heap.memory.clear_colors(self.page.start, self.page.area_end)


def plain_sweep_page(heap: Heap, page: Page) -> None:
    """The page's dead are free blocks, its colors white."""
    PageSweep(heap, page).run()
