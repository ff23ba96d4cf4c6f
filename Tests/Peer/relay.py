"""Starts the relay under test as a process of its own, and ends it as an operator would."""

import contextlib
import os
import pathlib
import queue
import random
import re
import signal
import socket
import subprocess
import threading

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 20


def binary():
    """The program under test."""
    default = REPOSITORY / ".build" / "debug" / "simpatico"
    return os.environ.get("SIMPATICO_BIN", str(default))


def own_environment(additions=None):
    """Our environment without what our own tools are told by it, which is no setting of a relay."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("SIMPATICO_")
    }
    return {**inherited, **(additions or {})}


def own_port():
    """A port for a relay that is started again: the system gives it to nobody meanwhile.

    Of those that it gives to connections, one may be taken by a client that tries to connect."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(20_000, 30_000)))
            return probe.getsockname()[1]


class Relay:
    """A running `simpatico serve`, on ports that the system chose.

    Its addresses are `url`, and where the options ask for them `redirect_url` and `admin_url`.
    What it logs is in the file `log`, if one is given.
    """

    def __init__(self, *options, environment=None, log=None, prefix=()):
        if "--port" not in options:
            options = ("--port", "0", *options)
        self.process = subprocess.Popen(
            [*prefix, binary(), "serve", *options],
            stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
            env=own_environment(environment),
        )
        self._lines = queue.Queue()
        threading.Thread(target=self._drain, daemon=True).start()
        self.url = self._await("listening on")
        if "--redirect-port" in options:
            self.redirect_url = self._await("redirecting from")
        if "--admin-port" in options:
            self.admin_url = self._await("metrics and health at")

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    def _drain(self):
        """Reads all output, so that a talkative relay never waits for us."""
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _await(self, words):
        while True:
            try:
                line = self._lines.get(timeout=START_SECONDS)
            except queue.Empty:
                self.process.kill()
                raise AssertionError(f"the relay did not say that it is {words} …") from None
            assert line is not None, f"the relay ended with code {self.process.wait()}"
            match = re.search(words + r" (https?://\S+)", line)
            if match:
                return match[1]

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=STOP_SECONDS):
        """The exit code, once it has ended."""
        return self.process.wait(timeout=seconds)

    def kill(self):
        """Ends it without a word."""
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            assert self.stop() == 0

    def stop(self):
        """Ends the relay with SIGTERM and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the relay ignored SIGTERM for {STOP_SECONDS} s") from None
