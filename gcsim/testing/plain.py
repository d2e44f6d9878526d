"""Plain collectors: gcsim's own algorithms with one small method for each step, to read and to build upon.

`Scavenger` and the `Marker` of `MarkSweep` do their work in one long loop each, because it is hot. Here the same steps
have names: a slot is visited, an object is old enough, it is copied, forwarded, scanned, shaded, blackened; a page's
dead runs are found and freed. Whoever writes a collector can start from these and override what differs; the seeded
bugs of `gcsim.testing.mutants` do.

    class Hasty(PlainScavenger):
        def is_old_enough(self, address):
            return True

Invariants: those of the fast collectors. From the same heap and the same budgets a plain scavenge makes the same heap,
word by word, and counts the same work; a plain marking, which takes the newest grey object first, does so if the
mutator does not run in between.

Left out: the marking that ephemerons cause and evacuation, which are plain already (`collectors.weak`,
`collectors.evacuate`). About five times slower than the fast ones.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence

from gcsim.collectors import MarkSweep, Phase, Scavenger
from gcsim.collectors.mark import Marker
from gcsim.collectors.sweep import allocate_in_old
from gcsim.heap.heap import Heap
from gcsim.heap.inspect import spans
from gcsim.heap.memory import BLACK, NULL, WHITE
from gcsim.heap.old_space import Page
from gcsim.heap.shapes import TOLL
from gcsim.units import WORD_BYTES


class PlainScavenger(Scavenger):
    """One scavenge of `heap`. `copied`, `promotions`: objects of this slice."""

    __slots__ = ("copied", "promotions")

    def _copy(self, budget: int) -> int:
        """Visit slots until `budget` words are done: roots and remembered slots first, then what they led to."""
        self.copied = self.promotions = spent = 0
        scanning = self.phase is Phase.COPY
        while spent < budget:
            done = self.scan_next() if scanning else self.visit_batch(budget - spent)
            if not done:
                break
            spent += done
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
        """Scan one of the objects that wait for it; returns its words, 0 when there are no more."""
        while True:
            waiting, _, most = self._list_at_hand()
            if waiting and len(self._promoted.pushed) < most:
                return self.scan_object(waiting.pop())
            if self.has_unscanned():
                holder = self.scan
                self.scan += self.size_of(holder)
                return self.scan_object(holder)
            if not self._find_waiting():
                self.phase = Phase.FINISH
                if self.has_list:
                    self.scan = self.heap.new.top
                return 0

    def has_unscanned(self) -> bool:
        """Whether a copied object in to-space was not scanned yet, and is not on the list."""
        return not self.has_list and self.scan < self._open_buffer()[0]

    def scan_object(self, holder: int) -> int:
        """Visit the fields of an object that was copied or promoted; returns its words."""
        shapes, shape = self.heap.shapes, self.heap.memory.words[holder]  # a filler's, where a buffer ends early
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
    """Marks `heap`."""

    __slots__ = ()

    def start(self) -> None:
        """The barrier is on, and the heap's own roots and the script's variables are grey (see `Marker.start`)."""
        heap, roots = self.heap, self.heap.roots
        heap.marking = True
        heap.update_barrier()
        heap.in_hand = (0, 0, 0)
        self.shade_all(handle.address for handle in roots.own)
        if not roots.in_script or heap.shapes.has_classes:
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
            self.shade(address)

    def shade(self, address: int) -> None:
        """The object, if it is white, is grey."""
        self.heap.shade(address)

    def drain(self, budget_bytes: int) -> int:
        """Blacken grey objects until the budget is spent or none is left; returns the bytes done."""
        left = budget = -(-budget_bytes // WORD_BYTES)
        while self.heap.worklist and left > 0:
            left -= self.blacken(self.next_grey())
        self.work.marked_words += budget - left
        return (budget - left) * WORD_BYTES

    def next_grey(self) -> int:
        """A grey object is taken off the worklist: the newest."""
        return self.heap.worklist.pop()

    def blacken(self, address: int) -> int:
        """The object is black, and none of its children white; returns the words blackened, leaves included."""
        heap = self.heap
        heap.memory.colors[address] = BLACK
        self.work.marked_objects += 1
        shape = heap.memory.words[address]
        words = heap.shapes.words_of[shape]
        for child in heap.memory.words[address + 1 : address + 1 + heap.shapes.strong_of[shape]]:
            if child > NULL and heap.memory.colors[child] == WHITE:
                words += self.visit(child)
        if heap.shapes.toll_of[shape] >= TOLL:
            self.weak.visit(address)
        return words

    def visit(self, child: int) -> int:
        """The white child is grey, or black at once if it is a leaf; returns the words blackened."""
        heap, shape = self.heap, self.heap.memory.words[child]
        if heap.shapes.references_of[shape]:
            self.shade(child)
            return 0
        heap.memory.colors[child] = BLACK
        self.work.marked_objects += 1
        return heap.shapes.words_of[shape]


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
