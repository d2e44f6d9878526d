"""What JavaScript means by a string, where Python means something else.

Lengths count UTF-16 code units, so a character beyond U+FFFF has two; V8 cuts strings at 1024 units, sometimes in the
middle of such a character, and the half that remains (a lone surrogate) is a legal string there.
"""

import json
import re

LEADING_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,300})")  # JavaScript knows no larger ones
SURROGATE = re.compile("[\ud800-\udfff]")


def length(text: str) -> int:
    """How many UTF-16 code units a string has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def join_halves(text: str) -> str:
    """The string with halves of a character that stand side by side made one character."""
    if not SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def parse_int(text: str) -> int | None:
    """The whole number that a string begins with, as `parseInt(text, 10)`; None for NaN."""
    found = LEADING_INTEGER.match(text)
    return int(found[1]) if found else None


def quote(text: str) -> str:
    """A string as `JSON.stringify` writes it: lone surrogates escaped, other characters as they are."""
    return SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
