"""Sentences about collectors: what they find, move, color, sweep and give back."""

from collections.abc import Callable
from typing import Final

from gcsim.events import Kind as GcKind
from gcsim.trace.wording import counted
from gcsim.units import MB, WORD_BYTES
from gcsim.view.changes import Kind
from gcsim.view.frame import Edge
from gcsim.view.sentences_program import Sentence, place
from gcsim.view.told import Told
from gcsim.view.words import capital, listed, size, verb


def gc_start(told: Told) -> Sentence:
    """The program stops."""
    event = told.event
    what = f"Collection {told.after.gc_number + 1}"
    if event is None:
        return f"{what}: the program stops.", "Its end was not recorded."
    if event.kind is GcKind.SCAVENGE:
        return (
            f"{what}, a scavenge: the program stops.",
            "Only new space is collected: what lives is copied out, the rest is left behind.",
        )
    if told.before.marking:
        return (
            f"{what}, a mark-sweep: marking in steps is done, the program stops.",
            "In the pause the roots are read once more, and then what lives is moved.",
        )
    return (
        f"{what}, a mark-sweep: the program stops.",
        "It looks at the whole heap: what the roots lead to is marked, the rest is freed.",
    )


def gc_end(told: Told) -> Sentence:
    """The program goes on."""
    event = told.recording.events[told.after.gc_number - 1]
    before, after = event.used_before_bytes, event.used_after_bytes
    percent = 100 * event.freed_bytes / (before or 1)
    freed = f"{percent:.0f} % freed" if percent >= 0 else f"{-percent:.0f} % more"
    if told.recording.detail == "pages":
        sizes = f"{before / MB:.1f} -> {after / MB:.1f} MB in {event.pause_ms:.1f} ms"
        moved = f"{size(event.copied_bytes)} copied, {size(event.promoted_bytes)} promoted"
        return f"{event.kind.value} {event.number + 1}: {sizes}, {freed}.", f"Reason: {event.reason}. {moved}."
    what = f"Collection {event.number + 1} has ended: before {before} B, after {after} B, {freed}."
    return what, f"Its line in the log is complete. The reason in it: {event.reason}."


def marking_start(told: Told) -> Sentence:
    """Incremental marking begins."""
    return (
        "Marking begins, in steps; between them the program goes on.",
        "From now on the write barrier shades whatever the program stores.",
    )


def marking_step(told: Told) -> Sentence:
    """A step of it has ended."""
    grey = len(told.after.worklist)
    next_ = (
        f"{counted(grey, 'grey object')} {verb(range(grey), 'waits', 'wait')} for the next step."
        if grey
        else "No grey object is left: the pause can come."
    )
    return "The step of marking is over, and the program goes on.", next_


def flip(told: Told) -> Sentence:
    """The semispaces changed roles."""
    return (
        "Flip: to-space becomes from-space, and the empty half is to-space now.",
        "Only the labels change. Whatever lives will be copied to the empty half.",
    )


def copy(told: Told) -> Sentence:
    """Objects were copied."""
    return (
        f"{lead(told)}: {told.with_verb('is', 'are')} copied to to-space.",
        f"{told.with_verb('leaves its', 'leave their')} new address behind. What nobody copies is garbage.",
    )


def promote(told: Told) -> Sentence:
    """Objects were promoted."""
    blocks = [told.now[number] for number in told.change.ids]
    if all(block in told.after.large for block in blocks):
        return (
            f"{told.with_verb('changes', 'change')} hands: large, and old from now on.",
            "Not a word is copied. That is why large objects have chunks of their own.",
        )
    if told.after.collector == "mark-sweep":
        return (
            f"{told.with_verb('is', 'are')} moved to old space.",
            "A full collection leaves new space empty: all that lives there is promoted.",
        )
    survived = all(told.was[number].age for number in told.change.ids)
    why = "survived a scavenge before" if survived else "found no room in to-space"
    return (
        f"{lead(told)}: {told.with_verb('is', 'are')} promoted to old space.",
        f"{told.it} {why}. Old space is collected less often.",
    )


def lead(told: Told) -> str:
    """What led the collector to the objects of the change."""
    moved = set(told.change.ids)
    for root, was in zip(told.after.roots, told.before.roots, strict=False):
        if root.target in moved and root.address != was.address:
            return capital(f"{place(root)} leads to {told.name(root.target)}")
    scanned = told.names(Kind.SCAN)
    if scanned:
        return f"{listed(scanned)} {verb(scanned, 'is', 'are')} scanned"
    edge = remembered_way(told, moved)
    return f"Remembered slot {told.name(edge.source)}.{edge.field}" if edge else "Found"


def remembered_way(told: Told, moved: set[int]) -> Edge | None:
    """The remembered slot that led to one of the moved objects."""
    return next((edge for edge in told.before.remembered if edge.target in moved), None)


def evacuate(told: Told) -> Sentence:
    """Old objects were moved."""
    return (
        f"{told.with_verb('is', 'are')} moved off a page that is nearly empty.",
        "When all are off, the whole page is given back: that is compaction.",
    )


def forward(told: Told) -> Sentence:
    """Slots have got the new address of what had been copied before."""
    every = [change for change in told.changes if change.kind is Kind.FORWARD]
    slots = [place(root) for change in every for root in change.roots]
    slots += [f"{told.name(edge.source)}.{edge.field}" for change in every for edge in change.edges]
    what = capital(f"{listed(slots)} {verb(slots, 'has', 'have')} the new address now.")
    moved = listed(dict.fromkeys(told.name(number) for change in every for number in change.ids), 2)
    return what, f"The old place of {moved} told it: nothing is copied twice."


def scan(told: Told) -> Sentence:
    """Copies were scanned."""
    left = len(told.after.worklist)
    why = (
        f"{counted(left, 'object')} {verb(range(left), 'waits', 'wait')} to be scanned."
        if left
        else "Nothing is left to be scanned: all that lives has been copied."
    )
    return f"{told.with_verb('is', 'are')} scanned: no field leads to anything that is not copied yet.", why


def shade(told: Told) -> Sentence:
    """Objects became grey."""
    if not told.before.marking:
        return (
            f"Marking begins. The roots hold {told.it}: grey.",
            "Grey: found, but its fields are not read yet. White: not found. Black: done.",
        )
    if Kind.PHASE in told.all:
        return f"The roots are read once more: {told.with_verb('is', 'are')} grey.", PHASES["remark"][1]
    if Kind.WRITE in told.all:
        return f"The write barrier makes {told.it} grey.", "Else a black object could hide it from the marker."
    return (
        f"{told.with_verb('is', 'are')} grey: found, and fields are not read yet.",
        "Grey objects wait on the worklist.",
    )


def blacken(told: Told) -> Sentence:
    """Objects became black."""
    black, grey = told.with_verb("is", "are"), told.names(Kind.SHADE)
    if not grey:
        left = len(told.after.worklist)
        why = f"{counted(left, 'grey object')} left." if left else "No grey object is left."
        return f"{black} black: found, and all fields are read.", why
    if not leads_to_grey(told):
        why = "An entry of a weak map keeps its value as long as its key lives, and no longer."
        return f"{told.it} lives and is a key: so the value of its entry, {listed(grey)}, is grey.", why
    its = verb(told.names(), "its", "their")
    why = "Black: it and its fields are done. Grey objects wait on the worklist."
    return f"{black} black; {its} fields lead to {listed(grey)}: grey.", why


def leads_to_grey(told: Told) -> bool:
    """Whether a field of what became black leads to what became grey."""
    grey = told.all[Kind.SHADE].ids
    return any(edge.source in told.change.ids and edge.target in grey for edge in told.after.edges)


def weak_clear(told: Told) -> Sentence:
    """Weak references to the dead are gone."""
    edge = told.change.edges[0]
    source, target = told.name(edge.source), told.name(edge.target)
    if edge.strength in ("key", "value"):
        return (
            f"{source} loses the entry of {listed([told.name(edge.target) for edge in told.change.edges])}.",
            "Nothing else kept the key alive, and the value goes with its key.",
        )
    return (
        f"{source}.{edge.field} is cleared: it was weak, and {target} is dead.",
        "A weak reference keeps nothing alive.",
    )


def condemn(told: Told) -> Sentence:
    """Objects are known to be garbage."""
    if told.after.collector == "scavenge":
        they_are = verb(told.names(), "it is", "they are")
        return (
            ALL_COPIED,
            f"{told.with_verb('was', 'were')} never touched. So nobody had to find out that {they_are} dead.",
        )
    return (
        f"Marking is over. {told.with_verb('is', 'are')} still white: garbage.",
        "What refers to what does not matter: no way leads there from a root.",
    )


def sweep(told: Told) -> Sentence:
    """Pages were swept."""
    runs = [run for page in told.change.pages for run in page.free_runs]
    if not runs:
        return f"{pages(told)} swept: no free run.", "All that is there lives."
    return (
        f"{pages(told)} swept: {counted(len(runs), 'free run')} of {size(sum(runs) * WORD_BYTES)} in all.",
        "What lies between two survivors is one run, however many dead objects it held.",
    )


def sweep_begin(told: Told) -> Sentence:
    """Pages wait for their sweep, or for their evacuation."""
    waiting = [page for page in told.change.pages if not page.candidate]
    if not waiting:
        return "All slots that refer to the pages to be evacuated have been found.", "Next, what lives there is moved."
    what = f"{counted(len(waiting), 'page')} of old space {verb(waiting, 'waits', 'wait')} for the sweep."
    released = told.all.get(Kind.PAGE_RELEASE)
    if released is None:
        return what, "The dead are known, but not free yet: their words stand there until the sweep."
    were = verb(released.pages, "is", "are")
    return what, f"{counted(len(released.pages), 'page')} without a survivor {were} given back at once."


def pages(told: Told) -> str:
    """How many pages it happened to."""
    return counted(len(told.change.pages), "page")


def page_release(told: Told) -> Sentence:
    """Pages were given back."""
    what = f"{pages(told)} of old space {verb(told.change.pages, 'is', 'are')} given back."
    return what, "Nothing lives there any more. `committed` in the log goes down."


def page_add(told: Told) -> Sentence:
    """There are more pages."""
    return f"Old space has {pages(told)} more.", "No free block was long enough. `committed` in the log goes up."


def candidate(told: Told) -> Sentence:
    """Pages will be evacuated."""
    are = verb(told.change.pages, "is", "are")
    return (
        f"{pages(told)} of old space {are} nearly empty: to be evacuated.",
        "Moving the few that live there gives whole pages back.",
    )


def die(told: Told) -> Sentence:
    """Objects are gone."""
    if told.after.collector == "scavenge":
        return (
            f"From-space is forgotten, and with it {told.it}.",
            "That is all there is to freeing: what is dead costs a scavenge nothing.",
        )
    them = verb(told.change.ids, "it", "them")
    return f"{told.with_verb('is', 'are')} gone.", f"Marking has not found {them}, so there is free memory now."


def age(told: Told) -> Sentence:
    """The survivors have survived once."""
    return (
        f"{told.with_verb('has', 'have')} survived once: what lies below the age mark.",
        "Who survives the next scavenge too is promoted.",
    )


def phase(told: Told) -> Sentence:
    """The collector's next phase."""
    return PHASES.get(told.after.phase) or (
        ("The collector is done.", "What remains is to write the line.")
        if told.after.stopped
        else ("The program goes on.", "")
    )


ALL_COPIED: Final = "The scan pointer has reached the free pointer: all that lives is copied."

PHASES: Final = {
    "roots": ("The scavenge begins with the roots.", "Then come the remembered slots."),
    "copy": ("All roots and remembered slots are visited.", "Next, the copies are scanned for what they lead to."),
    "finish": (ALL_COPIED, "Nothing of from-space was left behind: it held no garbage."),
    "mark": ("Marking begins.", "White: not found. Grey: found, fields not read yet. Black: done."),
    "remark": (
        "No grey object is left. The roots are read once more.",
        "The stack has no write barrier, so this is done while the program waits.",
    ),
    "evacuate": ("Marking is over, and nothing is garbage.", "Next, what lives in new space is moved to old space."),
    "sweep": ("All references are updated. Next, the pages are swept.", "Sweeping turns what is white into free runs."),
}

SENTENCES: Final[dict[Kind, Callable[[Told], Sentence]]] = {
    Kind.GC_START: gc_start,
    Kind.GC_END: gc_end,
    Kind.MARKING_START: marking_start,
    Kind.MARKING_STEP: marking_step,
    Kind.FLIP: flip,
    Kind.PROMOTE: promote,
    Kind.COPY: copy,
    Kind.EVACUATE: evacuate,
    Kind.FORWARD: forward,
    Kind.SCAN: scan,
    Kind.SHADE: shade,
    Kind.BLACKEN: blacken,
    Kind.WEAK_CLEAR: weak_clear,
    Kind.CONDEMN: condemn,
    Kind.SWEEP: sweep,
    Kind.SWEEP_BEGIN: sweep_begin,
    Kind.PAGE_RELEASE: page_release,
    Kind.PAGE_ADD: page_add,
    Kind.CANDIDATE: candidate,
    Kind.DIE: die,
    Kind.AGE: age,
    Kind.PHASE: phase,
}
