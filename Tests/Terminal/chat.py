"""People who chat in terminals, and the relay between them."""

import os
import pathlib
import re
import signal
import socket
import subprocess

from relay import own_environment

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SIMPATICO_BIN", str(REPOSITORY / ".build" / "debug" / "simpatico"))
LINK = re.compile(r"http://127\.0\.0\.1:\d+/chat#invite=[\w.-]+")


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class KillableRelay:
    """`simpatico serve` on a fixed port."""

    def __init__(self, port, log):
        self.port = port
        self.log = log
        self.process = None

    @property
    def url(self):
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Starts it, and waits until it listens."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--port", str(self.port)],
                stdout=subprocess.PIPE, stderr=log, text=True, env=own_environment(),
            )
        assert "listening" in self.process.stdout.readline(), self.log.read_text()

    def kill(self):
        """Ends it as a crash would."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


class Chat:
    """One person's `simpatico chat` in a terminal."""

    def __init__(self, tmux, relay, name, folder, columns=80, rows=24, environment=None):
        self.tmux = tmux
        self.relay = relay
        self.name = name
        self.file = folder / f"{name}.sqlite"
        self.size = (columns, rows)
        self.environment = environment or {}
        self.pane = self._open()

    def _open(self):
        command = [
            BINARY, "chat", "--server", self.relay.url, "--name", self.name,
            "--data", str(self.file),
        ]
        return self.tmux.open(command, *self.size, self.environment)

    def kill(self):
        """Kills the process, as nothing else does: kill -9."""
        os.kill(self.pane.process, signal.SIGKILL)
        self.pane.wait_until_exited()

    def reopen(self):
        """Starts it again, in a terminal that is empty."""
        self.pane.close()
        self.pane = self._open()

    def close(self):
        """Ends it."""
        self.pane.close()

    def link(self):
        """Makes an invitation, and answers its link as it stands on the screen."""
        seen = len(LINK.findall(self.pane.everything()))
        self.pane.enter("/invite")
        text = self.pane.wait_for(lambda shown: len(LINK.findall(shown)) > seen, "link")
        return LINK.findall(text)[-1]

    def tool(self, *arguments):
        """Runs another command of the tool on this person's file, which no chat has open."""
        return subprocess.run(
            [BINARY, *arguments, "--data", str(self.file)],
            check=True, capture_output=True, text=True, encoding="utf-8",
        ).stdout


def meet(host, guest):
    """Two people meet by a link."""
    guest.pane.enter("/accept " + host.link())
    for chat, other in ((host, guest), (guest, host)):
        chat.pane.wait_for_text(f"You and {other.name} know each other now")
