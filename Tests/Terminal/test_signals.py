"""What signals do to commands that wait."""

import os
import signal
import time

import pytest

from chat import BINARY
from commands import DONE, deliver, ended, introduce, small_pipe


@pytest.mark.parametrize("command", ["listen", "chat"])
def test_who_asks_twice_does_not_wait_for_a_reader(start, command):
    introduce(start, "Alice", "Bob")
    deliver(start, "Alice", "Bob", ["x" * 1000] * 10)
    reading, writing = small_pipe()
    process = start("Bob", command, stdout=writing)
    os.close(writing)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == -signal.SIGTERM
    os.close(reading)


def test_what_was_ignored_before_stays_so(start):
    process = start(
        "Alice", "listen", "--json",
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    while "ONLINE" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    assert ended(process)[0] == DONE


@pytest.fixture
def shell(tmux, start, tmp_path):
    """A shell in a terminal, at the question for a passphrase."""
    (tmp_path / "passphrase").write_text("correct horse\n")
    words = ("identity", "--encrypt", "--passphrase-file", str(tmp_path / "passphrase"))
    assert ended(start("Alice", *words))[0] == DONE
    pane = tmux.open(["sh", "-i"], 80, 24, {})
    pane.enter(f"PS1='ready> '; {BINARY} identity --data {tmp_path / 'Alice.sqlite'}")
    pane.wait_for_text("Passphrase:")
    yield pane
    pane.close()


def prompts(pane, count):
    """Waits until the shell has asked for so many commands."""
    pane.wait_for(lambda shown: shown.count("\nready> ") >= count, "prompt of the shell")


def assert_echo(pane):
    """The terminal shows what is typed."""
    pane.enter("stty -a | grep -o -w -e '-*echo' | tr -d '\\n'; echo =mode")
    pane.wait_for(lambda shown: "\necho=mode\n" in shown, "echo")


def test_an_interrupted_question_leaves_the_terminal_as_it_was(shell):
    shell.press("C-c")
    prompts(shell, 1)
    assert_echo(shell)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_so_does_one_that_is_ended(shell, number):
    children = f"/proc/{shell.process}/task/{shell.process}/children"
    with open(children, encoding="ascii") as file:
        os.kill(int(file.read().split()[0]), number)
    prompts(shell, 1)
    assert_echo(shell)


def test_a_stopped_question_shows_nothing_when_it_goes_on(shell):
    shell.press("C-z")
    prompts(shell, 1)
    assert_echo(shell)
    shell.enter("fg")
    shell.wait_for(lambda shown: shown.count("Passphrase:") == 2, "second question")
    shell.enter("correct horse")
    prompts(shell, 3)
    assert "correct horse" not in shell.everything()
    assert len(shell.everything().rstrip().splitlines()[-2]) == 43
