"""The page talks with the terminal tool: the same links, the same conversation."""

import os
import queue
import re
import subprocess
import threading

import pytest

import chat_page

BINARY = os.environ.get("SIMPATICO_BIN", str(chat_page.ROOT / ".build" / "debug" / "simpatico"))
PATIENCE_SECONDS = chat_page.PATIENCE_MILLISECONDS / 1000


class Terminal:
    """A command of the tool that runs, its input and its lines."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [BINARY, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env=chat_page.relay_environment())
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def enter(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self

    def says(self, pattern):
        """Waits for a line, and answers what the pattern found."""
        seen = []
        while True:
            try:
                seen.append(self.lines.get(timeout=PATIENCE_SECONDS))
            except queue.Empty:
                raise AssertionError(f"no {pattern!r} in {seen}") from None
            match = re.search(pattern, seen[-1])
            if match:
                return match

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE_SECONDS)


@pytest.fixture
def terminal(base_url, tmp_path):
    """Starts commands of one person of the terminal."""
    started = []
    file = tmp_path / "tess.sqlite"

    def start(command, *arguments):
        one = Terminal(
            command, "--server", base_url, "--name", "Tess", "--data", file, *arguments)
        started.append(one)
        return one

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end()


def test_a_browser_follows_a_link_of_simpatico_chat_and_both_talk(people, terminal):
    chat = terminal("chat")
    link = chat.enter("/invite").says(r"http://\S+/chat#invite=\S+").group(0)
    alice = people("Alice").accept(link).talks_with("Tess")
    chat.says("Alice know each other")
    alice.write("hello terminal")
    chat.says("hello terminal")
    chat.enter("hello browser, 日本語 👋")
    alice.hears("hello browser, 日本語 👋").phase("hello terminal", "READ|DELIVERED")


def test_scripts_follow_a_link_of_the_page_listen_and_send(people, terminal):
    alice = people("Alice")
    link = alice.open().online().invite()
    assert terminal("accept", "--wait", link).process.wait(timeout=PATIENCE_SECONDS) == 0
    alice.talks_with("Tess").write("are you listening?").phase("are you listening?", "QUEUED|SENT")
    listening = terminal("listen", "--mark-read")
    listening.says("Alice: are you listening[?]")
    alice.phase("are you listening?", "READ")
    listening.end()
    sent = terminal("send", "--to", "Alice", "--wait", "read", "I was, in a script")
    alice.hears("I was, in a script")
    assert sent.process.wait(timeout=PATIENCE_SECONDS) == 0
