"""`simpatico listen`: each message once, and read only when it was printed."""

import os
import shutil

from commands import DONE, ERROR, deliver, ended, introduce, phases, small_pipe

TEXTS = [f"{number} " + "x" * 300 for number in range(40)]


def test_what_a_slow_reader_has_not_got_is_not_read(start):
    introduce(start, "Alice", "Bob")
    deliver(start, "Alice", "Bob", TEXTS)
    reading, writing = small_pipe()
    listening = start("Bob", "listen", "--mark-read", stdout=writing)
    os.close(writing)
    with os.fdopen(reading) as output:
        assert output.readline() == f"Alice: {TEXTS[0]}\n"
        listening.kill()
        listening.wait()
        assert len(output.readlines()) < len(TEXTS) - 1
    assert phases(start, "Bob", "Alice") == {text: "RECEIVED" for text in TEXTS}
    # Nothing of it is lost to the next who listens.
    listening = start("Bob", "listen", "--mark-read")
    shown = [listening.stdout.readline() for _ in TEXTS]
    assert shown == [f"Alice: {text}\n" for text in TEXTS]
    sending = start("Alice", "send", "--to", "Bob", "--wait", "read", "and another")
    assert listening.stdout.readline() == "Alice: and another\n"
    assert ended(sending)[0] == DONE
    listening.terminate()
    assert ended(listening) == (DONE, "", "")
    assert set(phases(start, "Bob", "Alice").values()) == {"READ"}


def test_what_is_unread_is_printed_whatever_was_said_after_it(start):
    introduce(start, "Alice", "Bob")
    deliver(start, "Alice", "Bob", ["one", "two"])
    for text in ("mine", "mine, too"):
        assert ended(start("Bob", "send", "--to", "Alice", "--wait", "kept", text))[0] == DONE
    listening = start("Bob", "listen")
    assert [listening.stdout.readline() for _ in range(2)] == ["Alice: one\n", "Alice: two\n"]
    # What is unread is printed to the next, too.
    listening.terminate()
    assert ended(listening) == (DONE, "", "")
    listening = start("Bob", "listen")
    assert listening.stdout.readline() == "Alice: one\n"


def test_a_reader_that_goes_ends_it(start):
    introduce(start, "Alice", "Bob")
    listening = start("Bob", "listen", "--mark-read")
    listening.stdout.close()
    sending = start("Alice", "send", "--to", "Bob", "--wait", "delivered", "nobody sees this")
    assert ended(sending)[0] == DONE
    assert listening.wait(10) == ERROR
    assert listening.stderr.read() == "Error: cannot write to standard output: Broken pipe\n"
    listening.stdout = None
    assert phases(start, "Bob", "Alice") == {"nobody sees this": "RECEIVED"}


def test_who_is_replaced_is_told_so(start, tmp_path):
    assert ended(start("Bob", "identity"))[0] == DONE
    shutil.copy(tmp_path / "Bob.sqlite", tmp_path / "Copy.sqlite")
    listening = start("Bob", "listen", "--json")
    while "ONLINE" not in listening.stdout.readline():
        pass
    start("Copy", "listen")
    code, output, errors = ended(listening)
    assert code == ERROR and '"phase":"REPLACED"' in output
    assert "another program is connected with your key" in errors
