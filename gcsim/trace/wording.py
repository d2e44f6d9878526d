"""Wording: figures as people say them."""


def percent(ratio: float) -> str:
    """A share in whole percents, none of which is rounded to nothing."""
    return "<1 %" if 0 < ratio < 0.01 else f"{100 * ratio:.0f} %"


def milliseconds(time_ms: float) -> str:
    """A time, with the digits that its line has."""
    return f"{time_ms:.2f}".rstrip("0").rstrip(".") + " ms"


def brief_milliseconds(time_ms: float) -> str:
    """A time with no more than three digits or so."""
    return milliseconds(round(time_ms, 0 if time_ms >= 100 else 1 if time_ms >= 10 else 2))


def counted(count: int, one: str, many: str = "") -> str:
    """How many of something; more than one have an s, or the word for them."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def figure(value: float) -> str:
    """A number with three digits that mean something."""
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    text = f"{value:,.{decimals}f}"
    return text if float(text.replace(",", "")) else "0"
