"""The keys of a terminal, and of a pipe; and the command in a terminal."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from gcsim.cli.keyboard import Keys, key_name, key_names, show, unbuffered
from gcsim.view.keys import ACTIONS
from gcsim.view.terminal import QUIT

termios = pytest.importorskip("termios", reason="this system has no such terminals")

SENT = {
    "space": " ", "right": "\x1b[C", "left": "\x1b[D", "up": "\x1b[A", "down": "\x1b[B", "home": "\x1b[H",
    "end": "\x1b[F", "shift+right": "\x1b[1;2C", "shift+left": "\x1b[1;2D", "shift+l": "L", "shift+b": "B",
}  # fmt: skip


@pytest.fixture
def terminal():
    """Both ends of a terminal: what the person types into, and what the program reads from."""
    person, program = os.openpty()
    yield person, program
    os.close(person)
    os.close(program)


@pytest.mark.parametrize("key", sorted(ACTIONS))
def test_every_key_of_the_player_has_a_name(key):
    assert key_name(SENT.get(key, key)) == key


def test_a_held_key_is_many_keys():
    assert key_names("\x1b[C\x1b[C\x1b[1;2D n") == ["right", "right", "shift+left", "space", "n"]
    assert key_names("\x1bOCq\r\x11") == ["right", "q", "enter", QUIT]


def test_an_unknown_sequence_is_one_key_that_does_nothing():
    assert key_names("\x1b[15~x") == ["\x1b[15~", "x"]


def test_keys_come_one_by_one_and_none_is_lost(terminal):
    person, program = terminal
    with unbuffered(program):
        keys = Keys(program)
        os.write(person, b"\x1b[C\x1b[Cn")
        assert [keys.read(5.0)[0] for _ in range(3)] == ["right", "right", "n"]


def test_without_a_key_time_passes(terminal):
    _, program = terminal
    with unbuffered(program):
        name, seconds = Keys(program).read(0.01)
    assert name == ""
    assert seconds >= 0.009


def test_a_ctrl_c_that_does_not_end_the_sleep_is_obeyed_all_the_same(terminal):
    """One that comes just before it: here another thread takes it, so that nothing wakes this one."""
    person, program = terminal
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    a_key = threading.Timer(20.0, os.write, (person, b"x"))
    a_key.start()
    try:
        with unbuffered(program), only_another_thread_is_interrupted(), pytest.raises(KeyboardInterrupt):
            Keys(program).read(None)
        assert a_key.is_alive(), "it slept until somebody pressed a key"
    finally:
        a_key.cancel()
        signal.signal(signal.SIGINT, before)


@contextmanager
def only_another_thread_is_interrupted():
    """A thread, started before SIGINT is blocked in this one, that has itself interrupted in a moment."""

    def interrupt():
        time.sleep(0.1)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        thread.join()


def test_ctrl_q_arrives_and_the_terminal_is_as_before(terminal):
    """Ctrl-Q is a terminal's own key for going on after Ctrl-S, until it is told otherwise."""
    person, program = terminal
    before = termios.tcgetattr(program)
    with unbuffered(program):
        os.write(person, b"\x11")
        assert Keys(program).read(5.0)[0] == QUIT
        assert termios.tcgetattr(program) != before
    assert termios.tcgetattr(program) == before


def test_the_terminal_is_as_before_after_an_error(terminal):
    _, program = terminal
    before = termios.tcgetattr(program)
    with pytest.raises(KeyboardInterrupt), unbuffered(program):
        raise KeyboardInterrupt
    assert termios.tcgetattr(program) == before


def test_a_screen_without_ansi_is_lines(capsys):
    show(["one", "two"], ansi=False)
    assert capsys.readouterr().out == "one\ntwo\n\n"


def test_a_screen_with_ansi_begins_at_the_top_keeps_the_last_lines_and_folds_the_long_ones(
    terminal, monkeypatch, capsys
):
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((12, 3)))
    monkeypatch.setattr(sys.stdout, "fileno", lambda: 1, raising=False)
    show(["one", "two", "three \x1b[7mfour\x1b[0m five"], ansi=True)
    assert capsys.readouterr().out == "\x1b[H\x1b[2Jtwo\nthree \x1b[7mfour\x1b[0m \nfive"


# The command in a terminal


@contextmanager
def in_terminal(**environment):
    """`gcsim watch guide-scavenge --tty` in a terminal: the process, and the end at which a person sits."""
    person, program = os.openpty()
    command = [sys.executable, "-m", "gcsim", "watch", "guide-scavenge", "--tty"]
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | environment
    with subprocess.Popen(command, stdin=program, stdout=program, stderr=program, env=env) as process:
        os.close(program)
        try:
            yield process, person
        finally:
            process.kill()  # one that has not ended waits for a key that nobody will press
    os.close(person)


def read_until(terminal, word):
    """What the terminal shows up to a word, or up to the end of the program."""
    shown = b""
    while word.encode() not in shown:
        assert select.select([terminal], [], [], 60.0)[0], f"no {word!r} in a minute, but {shown!r}"
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
    return shown.decode(errors="replace")


@pytest.mark.parametrize("setting", [{}, {"NO_COLOR": "1"}])
def test_a_real_terminal_is_played_key_by_key(setting):
    with in_terminal(**setting) as (process, person):
        shown = read_until(person, "quit")
        for key in (b"n", b"\x1b[C", b"\x11"):
            os.write(person, key)
            shown += read_until(person, "quit")
        assert process.wait(timeout=60) == 0
    assert [f"event {number}/56" in shown for number in (0, 21, 22)] == [True] * 3
    assert ("\x1b[" in shown) == (not setting)


def test_ctrl_c_ends_it_with_130_and_gives_the_terminal_back():
    with in_terminal() as (process, person):
        before = termios.tcgetattr(person)
        read_until(person, "quit")
        assert termios.tcgetattr(person) != before
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert termios.tcgetattr(person) == before
