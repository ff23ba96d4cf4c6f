"""The tool's own client as a process: a person's file, and the commands on it."""

import asyncio
import json

from relay import binary

PATIENCE_SECONDS = 60


class Client:
    """A person's file, and the commands of the tool on it."""

    def __init__(self, url, folder, name="Alice"):
        file = str(folder / f"{name}.sqlite")
        self.arguments = ["--server", url, "--data", file, "--name", name]

    async def start(self, command, *arguments):
        """Starts a command."""
        return await asyncio.create_subprocess_exec(
            binary(), command, *self.arguments, *arguments, "--json",
            stdout=asyncio.subprocess.PIPE)

    async def run(self, command, *arguments):
        """Runs a command to its end, and answers the objects that it prints."""
        process = await self.start(command, *arguments)
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
        assert process.returncode == 0
        return [json.loads(line) for line in out.decode().splitlines()]


async def event(process, condition):
    """The next object that a process prints and that satisfies a condition."""
    while True:
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_SECONDS)
        assert line, "the client ended"
        found = json.loads(line)
        if condition(found):
            return found


async def is_online(process):
    """Waits until a client is connected."""
    return await event(process, lambda found: found.get("phase") == "ONLINE")


async def stop(process):
    """Ends a command as a person would."""
    process.terminate()
    await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    assert process.returncode == 0
