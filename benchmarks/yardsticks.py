"""Yardsticks: the best loops that we could write by hand for the same work, to time gcsim against.

Each does what its counterpart in gcsim does to the heap (the same arrays, the same graph), and nothing else: no budget,
no phases, no checks, no free lists. They are kept here so that a ratio in `core.py` can be read, and argued with.
"""

FIELDS = 3
WORDS = 1 + FIELDS
WHITE, GREY, BLACK = 0, 1, 2


class Bare:
    """A slotted Python object with three fields: what a simulator without a heap would make."""

    __slots__ = ("a", "b", "c")

    def __init__(self):
        self.a = None
        self.b = None
        self.c = None


def make_bare(count):
    """Make and drop `count` bare objects, a hundred at a time."""
    for _ in range(count // 100):
        kept = []
        keep = kept.append
        for _ in range(100):
            keep(Bare())


def mark(words, colors, words_of, strong_of, root):
    """Color everything that `root` reaches black; returns the words marked."""
    colors[root] = GREY
    worklist = [root]
    pop, push = worklist.pop, worklist.append
    marked = 0
    while worklist:
        address = pop()
        colors[address] = BLACK
        shape = words[address]
        marked += words_of[shape]
        for child in words[address + 1 : address + 1 + strong_of[shape]]:
            if child > 0 and not colors[child]:
                colors[child] = GREY
                push(child)
    return marked


def scavenge(words, words_of, strong_of, roots, slots, old_start, age_mark, to_start, old_top):
    """Copy what `roots` and `slots` reach to `to_start`, or to `old_top` what lies below `age_mark`.

    `roots`: an array of addresses, updated. Returns (top, old_top, slots that still refer to young objects).
    """
    scan = top = to_start
    promoted = old_scan = old_top
    remembered = set()
    remember = remembered.add
    batches = [(roots, range(len(roots)), False), (words, slots, True)]
    while batches or scan < top or old_scan < old_top:
        if scan < top:
            shape = words[scan]
            table, places, in_old = words, range(scan + 1, scan + 1 + strong_of[shape]), False
            scan += words_of[shape]
        elif batches:
            table, places, in_old = batches.pop(0)
        else:
            shape = words[old_scan]
            table, places, in_old = words, range(old_scan + 1, old_scan + 1 + strong_of[shape]), True
            old_scan += words_of[shape]
        for place in places:
            address = table[place]
            if 0 < address < old_start:
                header = words[address]
                if header < 0:
                    table[place] = to = -header
                else:
                    size = words_of[header]
                    if address < age_mark:
                        to = old_top
                        old_top += size
                    else:
                        to = top
                        top += size
                    words[to : to + size] = words[address : address + size]
                    words[address] = -to
                    table[place] = to
                if in_old and to < old_start:
                    remember(place)
    assert promoted <= old_top
    return top, old_top, remembered


def store(words, holders, offset, values):
    """Store a reference or null into each holder, through handles and without a barrier."""
    for holder, value in zip(holders, values, strict=True):
        words[holder.address + offset] = 0 if value is None else value.address
