"""What others wrote stands in an error, and does nothing to the terminal."""

import asyncio
import json

import pytest
import websockets

from chat import BINARY
from relay import own_environment

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe \r overwritten\nError: forged"


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_relay_s_reason_is_shown_and_not_obeyed(option):
    async def refuse(connection):
        await connection.close(4000, HOSTILE)

    async def run():
        async with websockets.serve(refuse, "127.0.0.1", 0) as relay:
            port = relay.sockets[0].getsockname()[1]
            tool = await asyncio.create_subprocess_exec(
                BINARY, "connect", f"ws://127.0.0.1:{port}/ws", *option, env=own_environment(),
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
            return [text.decode() for text in await tool.communicate()]

    output, errors = asyncio.run(run())
    for character in "\x1b\x07\x9b\u202e\r":
        assert character not in output + errors
    assert "4000: ]0;owned[2J31mgnp.exe   overwritten Error: forged\n" in errors
    assert errors.count("\n") == 1
    if option:
        said = [json.loads(line) for line in output.splitlines()]
        assert any(HOSTILE in line.get("problem", "") for line in said)
