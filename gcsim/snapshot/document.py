"""The outline of a snapshot file: where in its bytes each of its parts begins and ends.

A snapshot is one JSON object of ten or so parts, most of them lists of numbers. To parse it as JSON would make a Python
object of each number, ten times the memory; so this module only finds the parts, and others read those that they
need. The order of the parts does not matter here; DevTools insists on V8's, in which the strings come last.

Invariant: `parts[key]` is (start, end) of the value of that key, and `data[start:end]` begins and ends with a bracket.

Cost: a search for the closing bracket of a flat list, a look at each bracket and string of a nested one. The strings
can hold brackets, so they are parsed on the way.
"""

import json
import re

from attrs import frozen

from gcsim.errors import SnapshotError

BLANKS = re.compile(rb"[ \t\r\n]*")
KEY = re.compile(rb'"([ !#-\[\]-~]{0,64})"[ \t\r\n]*:[ \t\r\n]*')
MARK = re.compile(rb'["\[\]{}]')
STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
FLAT = ("nodes", "edges", "samples", "locations", "trace_function_infos")


@frozen
class Outline:
    """Where the parts of `data` are, and its strings."""

    place: str
    data: bytes
    parts: dict[str, tuple[int, int]]
    strings: list[str]

    def part(self, key: str) -> tuple[int, int]:
        """Start and end of a part.

        Raises:
            SnapshotError: there is no such part.
        """
        if key not in self.parts:
            raise SnapshotError(f'{self.place}: there is no "{key}" in it')
        return self.parts[key]


def outline(place: str, data: bytes) -> Outline:
    """The parts of a file.

    Raises:
        SnapshotError: it is no JSON object of lists and objects, or it is cut off.
    """
    return Scan(place, data).run()


class Scan:
    """One walk over the outermost level of a file."""

    def __init__(self, place: str, data: bytes) -> None:
        self.place, self.data = place, data
        self.parts: dict[str, tuple[int, int]] = {}
        self.strings: list[str] = []

    def run(self) -> Outline:
        """The outline."""
        at = self._expect(b"{", self._skip_blanks(0), "a heap snapshot begins with {")
        while self.data[at : at + 1] != b"}":
            at = self._skip_blanks(self._read_part(at))
            if self.data[at : at + 1] != b"}":
                at = self._expect(b",", at, "a comma or } comes here")
        at = self._skip_blanks(at + 1)
        if at != len(self.data):
            raise self._error(at, "the snapshot ended before this")
        if "strings" not in self.parts:
            raise SnapshotError(f'{self.place}: there is no "strings" in it')
        return Outline(self.place, self.data, self.parts, self.strings)

    def _expect(self, mark: bytes, at: int, allowed: str) -> int:
        if self.data[at : at + 1] != mark:
            raise self._error(at, allowed)
        return self._skip_blanks(at + 1)

    def _skip_blanks(self, at: int) -> int:
        found = BLANKS.match(self.data, at)
        return found.end() if found else at

    def _read_part(self, at: int) -> int:
        """The part whose key stands at `at` is known; returns its end."""
        found = KEY.match(self.data, at)
        if not found:
            raise self._error(at, 'a key such as "nodes" and a colon come here')
        key, start = found[1].decode(), found.end()
        if key in self.parts:
            raise self._error(at, f'"{key}" is there already')
        if self.data[start : start + 1] not in (b"[", b"{"):
            raise self._error(start, f'"{key}" is a list or an object')
        end = self._read_strings(start) if key == "strings" else self._find_end(key, start)
        self.parts[key] = (start, end)
        return end

    def _find_end(self, key: str, start: int) -> int:
        end = self.data.find(b"]", start) + 1 if key in FLAT else nested_end(self.data, start)
        if not end:
            raise SnapshotError(f'{self.place}: ends within "{key}", which begins at byte {start}: it is cut off')
        return end

    def _read_strings(self, start: int) -> int:
        try:
            text = str(memoryview(self.data)[start:], "utf-8")
            strings, length = json.JSONDecoder().raw_decode(text)
        except UnicodeDecodeError as error:
            raise self._error(start + error.start, '"strings" is UTF-8') from error
        except json.JSONDecodeError as error:
            raise self._error(len(self.data) - len(text[error.pos :].encode()), f'"strings": {error.msg}') from error
        except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
            raise self._error(start, '"strings" is a list of strings') from error
        if not isinstance(strings, list) or set(map(type, strings)) - {str}:
            raise self._error(start, '"strings" is a list of strings')
        self.strings = strings
        return len(self.data) - len(text[length:].encode())

    def _error(self, at: int, allowed: str) -> SnapshotError:
        text = self.data[at : at + 12].decode("ascii", "replace")
        got = f"got {text!r}" if text else "but it ends here: it is cut off"
        return SnapshotError(f"{self.place}: byte {at}: {allowed}, {got}")


def nested_end(data: bytes, start: int) -> int:
    """Where the value that begins with the bracket at `start` ends; 0 if it does not."""
    depth, at = 0, start
    while found := MARK.search(data, at):
        mark, at = found[0], found.end()
        if mark == b'"':
            string = STRING.match(data, found.start())
            if not string:
                return 0
            at = string.end()
        else:
            depth += 1 if mark in b"[{" else -1
            if depth == 0:
                return at
    return 0
