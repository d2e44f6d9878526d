"""Programs: what a mutator does, as data that can be drawn at random, shortened and run on any testbed.

A program is a list of commands. A command is a kind and three numbers, whose meaning depends on what there is when its
turn comes: "the third of the roots that have fields". So every list of commands is a program, and stays one when
commands are taken out.

The mix follows what finds bugs: sizes that just fit, or just do not; a good part of the stores put young objects into
old ones; one store in ten stores null, and one the holder itself; tables get chains of keys. `SWARM` has the kinds that
a program may do without: a program that never drops a root, or never starts a marking, goes deeper elsewhere.
"""

from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from itertools import pairwise
from random import Random
from typing import Final, TypeAlias

from attrs import frozen

from gcsim.collectors import UNLIMITED
from gcsim.errors import TestbedError
from gcsim.testing.testbed import REGISTRY, Testbed

BUDGETS: Final = ((), (1,), (40,), (8, 200), (1, 1, 1_000))
MOST_CROWD: Final = 40


Do: TypeAlias = Callable[[Testbed, int, int, int], object]
"""What a command does on a testbed, with its three numbers."""


@frozen
class Command:
    """One step: `kind` is a key of `COMMANDS`, the numbers choose among what there is."""

    kind: str
    a: int = 0
    b: int = 0
    c: int = 0


def run(program: Iterable[Command], bed: Testbed) -> None:
    """Every command is done, as far as it can be.

    Raises:
        InvariantBroken: a check failed.
        CollectorFailed: a collector raised something.
    """
    for command in program:
        with suppress(TestbedError):  # a simulated process may be dead
            COMMANDS[command.kind](bed, command.a, command.b, command.c)


def rooted(bed: Testbed) -> list[int]:
    """The objects that an operation may name, each once: first those with handles."""
    numbers = [number for scope in bed.model.scopes for number in scope]
    numbers += [number for key, number in bed.model.globals.items() if key != REGISTRY]
    return list(dict.fromkeys(numbers))


def pick(bed: Testbed, choice: int, among: list[int] | None = None, *, old: bool | None = None) -> int | None:
    """One of the objects, an old or a young one where there is one; None if there is none."""
    able = rooted(bed) if among is None else among
    if old is not None:
        able = [number for number in able if bed.is_old(number) is old] or able
    return able[choice % len(able)] if able else None


def with_fields(bed: Testbed) -> list[int]:
    """The roots that have strong fields."""
    return [number for number in rooted(bed) if bed.model.fields[number]]


def new(bed: Testbed, a: int, b: int, c: int) -> None:
    """An object of 0 to 4 fields and some raw words; one in four is old, one in eight has a weak field."""
    bed.new((2, 1, 0, 3, 4)[a % 5], raw=(0, 1, 2, 3, 5)[b % 5], weak=c % 8 == 7, old=c % 4 == 3)


def fit(bed: Testbed, a: int, b: int, c: int) -> None:
    """A young object that just fits into what is left of the page, or has one word less or more."""
    words = bed.heap.new.area_end - bed.heap.new.top + (0, -1, 1)[a % 3]
    fields = b % 3
    if fields + 2 <= words <= bed.heap.max_regular_words:
        bed.new(fields, raw=words - fields - 2)


def large(bed: Testbed, a: int, b: int, c: int) -> None:
    """An object of more than half a page, or just not more, which refers to a young one."""
    fields = (1, 0, 4)[a % 3]
    number = bed.new(fields, raw=max(0, bed.heap.max_regular_words - fields - 2) + (1, 0, 9)[b % 3], old=bool(c % 2))
    value = pick(bed, b, old=False)
    if fields and value is not None:
        bed.write(number, 0, value)


def chain(bed: Testbed, a: int, b: int, c: int) -> None:
    """Three to eight objects, each of which refers to the one before; only the last stays a root."""
    last = None
    for length in range(3 + a % 6):
        number = bed.new(1 + b % 2, raw=(length * c) % 4)
        if last is not None:
            bed.write(number, 0, last)
            bed.drop(last)
        last = number


def write(bed: Testbed, a: int, b: int, c: int) -> None:
    """A store: a reference, mostly of a young object to an old one; sometimes null, or the holder itself."""
    holder = pick(bed, a, with_fields(bed), old=True if c % 3 == 0 else None)
    if holder is None:
        return
    value = pick(bed, b, old=False if c % 2 else None)
    if c % 10 >= 8:
        value = None if c % 10 == 8 else holder
    bed.write(holder, c % len(bed.model.fields[holder]), value)


def write_smi(bed: Testbed, a: int, b: int, c: int) -> None:
    """A small integer is stored, which may look like an address."""
    holder = pick(bed, a, with_fields(bed))
    if holder is not None:
        bed.write_smi(holder, c % len(bed.model.fields[holder]), b)


def copy(bed: Testbed, a: int, b: int, c: int) -> None:
    """Fields of one object go into another, an old one if there is one, or into the same."""
    able = with_fields(bed)
    source, target = pick(bed, a, able, old=False if c % 2 else None), pick(bed, b, able, old=True)
    if source is None or target is None:
        return
    start, at = c % len(bed.model.fields[source]), (c // 4) % len(bed.model.fields[target])
    count = min(len(bed.model.fields[source]) - start, len(bed.model.fields[target]) - at)
    bed.copy(source, start, target, at, count)


def fill(bed: Testbed, a: int, b: int, c: int) -> None:
    """All fields of an object, an old one if there is one, refer to one object."""
    target, value = pick(bed, a, with_fields(bed), old=True), pick(bed, b, old=False if c % 2 else None)
    if target is not None and value is not None:
        bed.fill(target, 0, len(bed.model.fields[target]), value)


def load(bed: Testbed, a: int, b: int, c: int) -> None:
    """What a field refers to has a handle."""
    holder = pick(bed, a, with_fields(bed))
    if holder is not None:
        bed.load(holder, b % len(bed.model.fields[holder]))


def root(bed: Testbed, a: int, b: int, c: int) -> None:
    """A root has one handle more."""
    number = pick(bed, a)
    if number is not None:
        bed.root(number)


def drop(bed: Testbed, a: int, b: int, c: int) -> None:
    """A handle is gone."""
    numbers = list(dict.fromkeys(number for scope in bed.model.scopes for number in scope))
    if numbers:
        bed.drop(numbers[a % len(numbers)])


def set_global(bed: Testbed, a: int, b: int, c: int) -> None:
    """A global refers to a root."""
    number = pick(bed, a)
    if number is not None:
        bed.set_global("xy"[b % 2], number)


def drop_global(bed: Testbed, a: int, b: int, c: int) -> None:
    """A global is gone."""
    if "xy"[a % 2] in bed.model.globals:
        bed.drop_global("xy"[a % 2])


def write_weak(bed: Testbed, a: int, b: int, c: int) -> None:
    """A weak field refers to an object, which may lose its handle at once."""
    holder = pick(bed, a, [number for number in rooted(bed) if bed.model.weak[number]])
    target = pick(bed, b)
    if holder is None or target is None:
        return
    bed.write_weak(holder, 0, target)
    if c % 2 and any(target in scope for scope in bed.model.scopes) and target != holder:
        bed.drop(target)


def weak_pair(bed: Testbed, a: int, b: int, c: int) -> None:
    """A weak reference whose target lives, if it does, by another object only, which is older or younger."""
    if a % 2:
        keeper, holder = bed.new(1, old=b % 3 == 2), bed.new(a % 3, weak=1, old=b % 3 == 1)
    else:
        holder, keeper = bed.new(a % 3, weak=1, old=b % 3 == 1), bed.new(1, old=b % 3 == 2)
    target = bed.new(c % 3)
    bed.write(keeper, 0, target)
    bed.write_weak(holder, 0, target)
    if c % 4:
        bed.drop(target)
    if c % 5 > 2:
        bed.set_global("xy"[c % 2], (holder, keeper)[c % 5 - 3])


def deref(bed: Testbed, a: int, b: int, c: int) -> None:
    """What a weak field refers to, if it lives, has a handle."""
    holder = pick(bed, a, [number for number in rooted(bed) if bed.model.weak[number]])
    if holder is not None:
        bed.deref(holder, 0)


def tables(bed: Testbed) -> list[int]:
    """The roots that are ephemeron tables."""
    return [number for number in rooted(bed) if number in bed.model.entries]


def new_table(bed: Testbed, a: int, b: int, c: int) -> None:
    """An ephemeron table."""
    bed.new_table(old=bool(a % 2))


def put(bed: Testbed, a: int, b: int, c: int) -> None:
    """An entry of two roots; then the value, the key or both may lose a handle."""
    table, key, value = pick(bed, a, tables(bed)), pick(bed, b), pick(bed, c)
    if table is None or key is None or value is None or not bed.put(table, key, value):
        return
    for number, forgets in ((value, c % 4 in (1, 3)), (key, c % 4 >= 2)):
        if forgets and number != table and any(number in scope for scope in bed.model.scopes):
            bed.drop(number)


def entries(bed: Testbed, a: int, b: int, c: int) -> None:
    """Entries of new objects in a table, a new one if there is none: a chain of keys in any order, or a circle."""
    table = pick(bed, a, tables(bed))
    if table is None:
        table = bed.new_table(old=b % 3 == 0)
    objects = [bed.new(1, raw=b % 2) for _ in range(2 + c % 3)]
    pairs = list(pairwise(objects))
    if c % 5 == 4:
        bed.write(objects[-1], 0, objects[0])
    for key, value in pairs[::-1] if b % 2 else pairs:
        bed.put(table, key, value)
    for number in objects[(c // 4) % 2 :]:
        bed.drop(number)


def remove(bed: Testbed, a: int, b: int, c: int) -> None:
    """A table's entry is removed."""
    table, key = pick(bed, a, tables(bed)), pick(bed, b)
    if table is not None and key is not None:
        bed.remove(table, key)


def look_up(bed: Testbed, a: int, b: int, c: int) -> None:
    """What a table has for a key has a handle."""
    table, key = pick(bed, a, tables(bed)), pick(bed, b)
    if table is not None and key is not None:
        bed.look_up(table, key)


def register(bed: Testbed, a: int, b: int, c: int) -> None:
    """A root's death will be told; the root may be gone at once."""
    number = pick(bed, a)
    if number is not None:
        bed.register(number)
        if c % 2 and any(number in scope for scope in bed.model.scopes):
            bed.drop(number)


def cleanups(bed: Testbed, a: int, b: int, c: int) -> None:
    """What has died is told; mostly the turn ends before, since nothing is told in the turn in which it was found."""
    if a % 4:
        for _ in range(len(bed.model.scopes) - 1):
            bed.close_scope()
    bed.cleanups()


def crowd(bed: Testbed, a: int, b: int, c: int) -> None:
    """New space is filled to the last word with objects of uneven sizes, all alive, and often collected then.

    Those that only others refer to are copied in another order, which needs more room, since pages end in holes.
    """
    if c % 2:  # without elders, which would make room by being promoted
        bed.scavenge()
        bed.scavenge()
    bed.resize(2 + a % 2)
    new, made = bed.heap.new, []
    for index in range(MOST_CROWD):
        room = new.area_end - new.top
        if room < 2 and new.pages_entered == new.capacity_pages:
            break
        words = 2 + (b * index * index + c) % min(13, bed.heap.max_regular_words - 2)
        if words + 1 >= room >= 2:
            words = min(room, bed.heap.max_regular_words)
        made.append(bed.new(min(1, words - 2), raw=max(0, words - 3)))
    for number, holder in list(pairwise(made))[b % 3 :: 2 + a % 3]:
        if bed.model.fields[holder]:
            bed.write(holder, 0, number)
            bed.drop(number)
    if c % 4:
        bed.scavenge(*BUDGETS[a % len(BUDGETS)])


def thin_out(bed: Testbed, a: int, b: int, c: int) -> None:
    """Some old objects are made, and every second or third root is dropped: pages get holes."""
    for index in range(a % 5):
        bed.new((b + index) % 3, raw=(c + index) % 4, old=True)
    handles = list(dict.fromkeys(number for scope in bed.model.scopes for number in scope))
    for number in handles[b % 2 :: 2 + c % 2]:
        bed.drop(number)


def mark(bed: Testbed, a: int, b: int, c: int) -> None:
    """A marking begins, which may evacuate pages, or goes on by a step."""
    if bed.marking:
        bed.mark((1, 40, 200, UNLIMITED)[a % 4])
    else:
        bed.start_marking(*[bool(b >> at & 1) for at in range(4)], reduce_memory=c % 4 == 3)


def resize(bed: Testbed, a: int, b: int, c: int) -> None:
    """New space has 1 to 4 pages."""
    bed.resize(1 + a % 4, give_back=bool(b % 2))


COMMANDS: Final[dict[str, Do]] = {
    "new": new,
    "write": write,
    "drop": drop,
    "scavenge": lambda bed, a, b, c: bed.scavenge(*BUDGETS[a % len(BUDGETS)]),
    "collect": lambda bed, a, b, c: bed.collect(*BUDGETS[a % len(BUDGETS)]),
    "mark": mark,
    "fit": fit,
    "large": large,
    "chain": chain,
    "copy": copy,
    "fill": fill,
    "load": load,
    "root": root,
    "set_global": set_global,
    "drop_global": drop_global,
    "write_smi": write_smi,
    "new_table": new_table,
    "put": put,
    "entries": entries,
    "remove": remove,
    "look_up": look_up,
    "write_weak": write_weak,
    "weak_pair": weak_pair,
    "deref": deref,
    "register": register,
    "cleanups": cleanups,
    "crowd": crowd,
    "thin_out": thin_out,
    "sweep": lambda bed, a, b, c: bed.sweep(),
    "resize": resize,
    "open_scope": lambda bed, a, b, c: bed.open_scope(),
    "close_scope": lambda bed, a, b, c: bed.close_scope(),
    "reverse_roots": lambda bed, a, b, c: bed.reverse_roots(),
    "drop_everything": lambda bed, a, b, c: bed.drop_everything(),
}
"""What each kind of command does, the plainest first."""

WEIGHTS: Final = {
    "new": 8, "write": 8, "drop": 5, "scavenge": 3, "collect": 2, "mark": 4, "chain": 2, "fit": 2, "put": 3,
    "entries": 2, "write_weak": 3, "load": 2, "register": 3, "cleanups": 3,
    "new_table": 2, "crowd": 2, "thin_out": 2, "weak_pair": 2,
}  # fmt: skip
"""How often a kind is drawn, compared with the others (1)."""

SWARM: Final = tuple(kind for kind in COMMANDS if kind not in ("new", "write"))
NUMBERS_END: Final = 64
"""A command's numbers are below it."""
MIN_COMMANDS: Final = 4
MAX_COMMANDS: Final = 56
ABSENT: Final = (0.0, 0.3, 0.5, 0.7)
"""Which part of the kinds in `SWARM` a random program does without."""


def kinds(without: Container[str] = ()) -> list[str]:
    """The kinds of commands, each as often as its weight says, but for some."""
    return [kind for kind in COMMANDS if kind not in without for _ in range(WEIGHTS.get(kind, 1))]


def random_program(random: Random, max_commands: int = MAX_COMMANDS) -> list[Command]:
    """A mutator's program that does without some kinds of commands (swarm testing): without few, or without most."""
    absent = random.choice(ABSENT)
    chosen = kinds({kind for kind in SWARM if random.random() < absent})
    length, numbers = random.randint(MIN_COMMANDS, max_commands), range(NUMBERS_END)
    return [Command(random.choice(chosen), *random.choices(numbers, k=3)) for _ in range(length)]
