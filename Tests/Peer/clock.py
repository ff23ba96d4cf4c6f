"""A clock that can be set, for one process: its date differs from ours by what a file says."""

import struct

from preload import preloaded

DAY = 86_400


class Clock:
    """The date that a process is told which is started in this environment."""

    def __init__(self, folder):
        self.path = folder / "shift"
        self.set(0)
        library = preloaded("shifted_clock.c", folder)
        self.environment = {"LD_PRELOAD": str(library), "SHIFT_FILE": str(self.path)}

    def set(self, seconds):
        """By how many seconds the date differs from ours, from now on."""
        with open(self.path, "r+b" if self.path.exists() else "wb") as file:
            file.write(struct.pack("q", seconds))
