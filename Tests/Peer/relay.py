"""Starts the relay under test as a process of its own, and ends it as an operator would."""

import os
import pathlib
import queue
import re
import signal
import subprocess
import threading

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 20


class Relay:
    """A running `simpatico serve` on a port that the system chose."""

    def __init__(self, *options):
        default = REPOSITORY / ".build" / "debug" / "simpatico"
        binary = os.environ.get("SIMPATICO_BIN", str(default))
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", *options],
            stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )
        self._lines = queue.Queue()
        threading.Thread(target=self._drain, daemon=True).start()
        self.url = self._await_url()

    def _drain(self):
        """Reads all output, so that a talkative relay never waits for us."""
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _await_url(self):
        while True:
            try:
                line = self._lines.get(timeout=START_SECONDS)
            except queue.Empty:
                self.process.kill()
                raise AssertionError("the relay did not say that it is listening") from None
            assert line is not None, f"the relay ended with code {self.process.wait()}"
            match = re.search(r"listening on (http://\S+)", line)
            if match:
                return match[1]

    def stop(self):
        """Ends the relay with SIGTERM and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the relay ignored SIGTERM for {STOP_SECONDS} s") from None
