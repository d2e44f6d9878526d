"""Glossary: the words of the captions, each explained in a sentence or two for who has not met it before."""

from typing import Final

GLOSSARY: Final[dict[str, str]] = {
    "age mark": "An address in new space: what lies below it has survived one scavenge, and the next one promotes it.",
    "allocation failure": "Why a collection came: an object did not fit. Nothing has gone wrong.",
    "barrier": "Code at each store into a field. It tells the collectors what they would miss otherwise.",
    "black": "Found by the marker, and all its fields are read.",
    "chunk": "Memory of one large object, which it shares with no other.",
    "collection": "One run of a collector, with one line in the log.",
    "committed": "What the heap has taken from the system: whole pages. In the log in parentheses.",
    "compaction": "Moving the few objects of nearly empty pages together, so that whole pages can be given back.",
    "copied": "Moved within new space by a scavenge. What is not copied is garbage.",
    "flip": "To-space and from-space change their roles. Nothing moves.",
    "forwarding address": "What a moved object leaves at its old place: where it is now.",
    "free pointer": "Where the next object goes in to-space. To allocate is to move it.",
    "free run": "Free words between two objects of a page. Dead neighbours become one.",
    "from-space": "The semispace that a scavenge empties.",
    "garbage": "What no root leads to. The program cannot use it any more.",
    "global": "A root with a name, which outlives the functions of the program.",
    "grey": "Found by the marker, but its fields are not read yet.",
    "large object": "An object of more than half a page. It has a chunk of its own and never moves.",
    "mark-sweep": "A collection of the whole heap: what the roots lead to is marked, the rest is swept.",
    "new space": "Where objects are born: two semispaces, one in use.",
    "old space": "Where objects live that have survived two scavenges.",
    "page": "A piece of old space, 256 KB in V8. It is given back when nothing lives on it.",
    "promoted": "Moved to old space.",
    "remembered": "A slot of an old object that refers to a young one: a root of the next scavenge.",
    "root": "A reference from outside the heap: a global, or something that a running function holds.",
    "scan pointer": "Copies below it are finished: their fields refer to nothing in from-space.",
    "scavenge": "A collection of new space only: what lives is copied out, the rest is left behind.",
    "shade": "To make a white object grey.",
    "slot": "The word of a field, which holds a reference.",
    "stack": "What the functions hold that are running.",
    "sweep": "To turn what marking has not found into free runs.",
    "to-space": "The semispace in which objects are born, and into which a scavenge copies.",
    "weak": "A reference that keeps nothing alive.",
    "white": "Not found by the marker, so far.",
    "worklist": "What is found and waits to be visited.",
}
"""What each word means."""


def terms_in(text: str) -> list[str]:
    """The words of the glossary that the text uses, in the order of the alphabet."""
    lower = text.lower()
    return [term for term in GLOSSARY if term in lower]
