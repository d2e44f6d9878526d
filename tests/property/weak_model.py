"""The oracle for weak things: dictionaries of what a program has made, fed by the program's operations only.

It knows no addresses and no collectors. An object is a number; what is dead is not removed, only not reached.
"""


class WeakModel:
    """`next[n]`: the object that object n refers to, or None.

    `target[n]`: that of WeakRef n. `entries[n]`: those of WeakMap n, values by key. `globals`: the roots by name.
    `held[h]`: what registration h waits for; `told`: the registrations that were told.
    """

    def __init__(self):
        self.next = {}
        self.target = {}
        self.entries = {}
        self.globals = {}
        self.held = {}
        self.told = set()

    def new(self):
        """A new object that refers to nothing; its number."""
        number = len(self.next) + 1
        self.next[number] = None
        return number

    def reachable(self):
        """Every number that the roots lead to: round by round, until a round finds nothing new."""
        seen = set(self.globals.values())
        while True:
            found = {self.next[number] for number in seen} - {None}
            for table in seen & self.entries.keys():
                found |= {value for key, value in self.entries[table].items() if key in seen}
            if found <= seen:
                return seen
            seen |= found
