"""A terminal that a program drives: tmux, detached, on a socket of its own."""

import os
import pathlib
import subprocess
import time

PATIENCE_SECONDS = 40
# A shell's exit code for a program that a signal has ended is this and the signal's number.
SIGNALLED = 128
# Runs a program and writes its exit code into a file: tmux itself now and then loses it.
RUNNER = 'file=$1; shift; "$@"; echo $? > "$file"'


class Tmux:
    """A tmux server."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = str(folder / "socket")
        self.environment = {
            **os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color",
        }
        self.environment.pop("TMUX", None)
        self.environment.pop("NO_COLOR", None)
        self.count = 0

    def run(self, *arguments):
        """A tmux command, and what it prints."""
        return subprocess.run(
            ["tmux", "-u", "-f", "/dev/null", "-S", self.socket, *arguments],
            check=True, capture_output=True, text=True, encoding="utf-8", env=self.environment,
        ).stdout

    def open(self, command, columns, rows, environment):
        """Starts a program in a terminal of that size."""
        self.count += 1
        name = f"pane{self.count}"
        ending = self.folder / f"{name}.code"
        variables = [word for pair in environment.items() for word in ("-e", "=".join(pair))]
        self.run(
            "new-session", "-d", "-s", name, "-x", str(columns), "-y", str(rows), *variables,
            "sh", "-c", RUNNER, "sh", str(ending), *command, ";",
            "set-option", "-t", name, "remain-on-exit", "on", ";",
            "set-option", "-t", name, "history-limit", "5000",
        )
        return Pane(self, name, ending)

    def stop(self):
        """Ends the server and whatever still runs in it."""
        subprocess.run(
            ["tmux", "-S", self.socket, "kill-server"], check=False, capture_output=True
        )


class Pane:
    """One terminal."""

    def __init__(self, tmux, name, ending):
        self.tmux = tmux
        self.name = name
        self.ending = ending

    def type(self, text):
        """Types a text, without Enter."""
        self.tmux.run("send-keys", "-t", self.name, "-l", text)

    def press(self, *keys):
        """Presses keys by their tmux names."""
        self.tmux.run("send-keys", "-t", self.name, *keys)

    def enter(self, text):
        """Types a line."""
        self.type(text)
        self.press("Enter")

    def screen(self):
        """What is to be seen, row by row."""
        return self.tmux.run("capture-pane", "-p", "-t", self.name).split("\n")[:-1]

    def everything(self):
        """What is and was to be seen; a line that the terminal broke is one line."""
        return self.tmux.run("capture-pane", "-p", "-J", "-S", "-", "-t", self.name)

    def colours(self):
        """What is to be seen, with the sequences for its colours."""
        return self.tmux.run("capture-pane", "-p", "-e", "-N", "-t", self.name)

    def resize(self, columns, rows):
        """Gives the terminal another size."""
        self.tmux.run("resize-window", "-t", self.name, "-x", str(columns), "-y", str(rows))

    def variable(self, name):
        """One of tmux's own variables."""
        return self.tmux.run("display-message", "-p", "-t", self.name, "#{" + name + "}").strip()

    @property
    def process(self):
        """The number of the program's process: the child of the shell that runs it."""
        shell = self.variable("pane_pid")
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            children = pathlib.Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
            if children:
                return int(children[0])
            time.sleep(0.05)
        raise AssertionError("the program was not started")

    def close(self):
        """Ends the terminal and what runs in it."""
        subprocess.run(
            ["tmux", "-S", self.tmux.socket, "kill-session", "-t", self.name],
            check=False, capture_output=True,
        )

    def wait_for(self, condition, what, seconds=PATIENCE_SECONDS):
        """Waits until what was ever to be seen satisfies a condition, and answers it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.everything()
            if condition(text):
                return text
            time.sleep(0.1)
        raise AssertionError(f"no {what} within {seconds} s on:\n{self.everything()}")

    def wait_for_text(self, text, seconds=PATIENCE_SECONDS):
        """Waits until a text is or was to be seen, broken into rows or not."""
        return self.wait_for(
            lambda shown: text in shown or text in " ".join(shown.split()), repr(text), seconds)

    def wait_until_exited(self):
        """Waits until the program has ended; answers its exit code, or None after a signal."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.ending.exists() or not self.ending.read_text().endswith("\n"):
            assert time.monotonic() < end, f"it did not end:\n{self.everything()}"
            time.sleep(0.1)
        code = int(self.ending.read_text())
        return code if code < SIGNALLED else None
