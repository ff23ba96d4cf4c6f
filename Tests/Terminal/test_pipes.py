"""`simpatico chat` and `simpatico send` in pipes."""

import os
import select
import time

from commands import DONE, ERROR, deliver, ended, introduce, phases, small_pipe

LINE_BYTES = 65_536


def test_a_last_line_needs_no_line_break(start):
    introduce(start, "Alice", "Bob")
    code, output, _ = ended(start("Alice", "chat"), "one\ntwo")
    assert code == DONE and output.count("you: two\n") == 1
    assert list(phases(start, "Alice", "Bob")) == ["one", "two"]


def test_a_pipe_gets_lines_and_nothing_for_a_terminal(start):
    introduce(start, "Alice", "Bob")
    code, output, _ = ended(start("Alice", "chat"), "one\n/history\n/delete\n/clear\n")
    assert code == DONE and "\x1b" not in output
    assert output.count("you: one\n") == 1
    assert "A message is deleted here" in output


def test_a_line_without_end_is_refused(start):
    introduce(start, "Alice", "Bob")
    code, output, _ = ended(start("Alice", "chat"), "x" * (LINE_BYTES + 1) + "\nshort\n")
    assert code == DONE
    assert output.count(f"* a line is longer than {LINE_BYTES} bytes, and is passed over\n") == 1
    assert list(phases(start, "Alice", "Bob")) == ["short"]


def test_no_more_is_read_than_is_taken(start):
    reading, writing = small_pipe()
    chat = start("Alice", "chat", stdout=writing)
    os.close(writing)
    os.set_blocking(chat.stdin.fileno(), False)
    # Nobody reads what it says of each line.
    taken = 0
    end = time.monotonic() + 3
    while time.monotonic() < end:
        if select.select([], [chat.stdin], [], 0.1)[1]:
            taken += os.write(chat.stdin.fileno(), b"hello\n" * 1000)
    assert taken < 1_000_000
    os.close(reading)
    assert chat.wait(10) == ERROR
    assert "Broken pipe" in chat.stderr.read()


def test_what_nobody_was_shown_is_not_read(start):
    introduce(start, "Alice", "Bob")
    chat = start("Bob", "chat")
    while "online" not in chat.stdout.readline():
        pass
    chat.stdout.close()
    chat.stdout = None
    # It ends with the first thing that it has to say, which may be that she is here.
    assert ended(start("Alice", "send", "--to", "Bob", "hello"))[0] == DONE
    assert chat.wait(10) == ERROR
    assert "READ" not in phases(start, "Bob", "Alice").values()


def test_all_that_is_unread_is_shown(start):
    introduce(start, "Alice", "Bob")
    deliver(start, "Alice", "Bob", [str(number) for number in range(12)])
    mine = ended(start("Bob", "send", "--to", "Alice", "--wait", "kept", "-"), "a\nb\n")
    assert mine[0] == DONE
    code, output, _ = ended(start("Bob", "chat"), "")
    assert code == DONE
    shown = [line for line in output.splitlines() if line.startswith("Alice: ")]
    assert shown == [f"Alice: {number}" for number in range(12)]


def test_send_says_at_which_line_it_stopped(start):
    introduce(start, "Alice", "Bob")
    for long in ("y" * 3000, "y" * (LINE_BYTES + 1)):
        sending = start("Alice", "send", "--to", "Bob", "--wait", "kept", "-")
        code, _, errors = ended(sending, f"good\n\n{long}\nafter it\n")
        assert code == ERROR
        assert errors.startswith("Error: line 3 is not sent, nor any after it; those before it")
    assert list(phases(start, "Alice", "Bob")) == ["good"]
