"""The example of an echo server, driven by an independent client.

ECHO_BIN names the program; otherwise .build/debug/Echo is started.
"""

import os
import pathlib
import random
import re
import subprocess

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ECHO_BIN", str(REPOSITORY / ".build" / "debug" / "Echo"))
MEBIBYTE = 1 << 20
LONGEST = 64 * MEBIBYTE


class Echo:
    """A running echo server on a port that the system chose."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [BINARY, "--port", "0", *options], stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        line = self.process.stdout.readline()
        match = re.fullmatch(r"listening on (ws://\S+)\n", line)
        assert match, f"it said {line!r}"
        self.url = match[1]

    def peak_memory_bytes(self):
        """The most memory that was resident at any time."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


async def test_text_and_binary_messages_come_back_as_what_they_were():
    with Echo() as echo:
        async with connect(echo.url) as socket:
            texts = ["", "Hello", "é€😀" * 1000]
            for message in [*texts, b"", b"\x00\xff\x80", bytes(range(256)) * 999]:
                await socket.send(message)
                assert await socket.recv() == message


async def test_fragmented_messages_come_back_whole():
    with Echo() as echo:
        async with connect(echo.url) as socket:
            await socket.send(["Hel", "l", "", "o é"])
            assert await socket.recv() == "Hello é"
            await socket.send([b"\xc3", b"", b"\xff" * 5000])
            assert await socket.recv() == b"\xc3" + b"\xff" * 5000


async def test_many_messages_keep_their_order():
    with Echo() as echo:
        async with connect(echo.url) as socket:
            messages = [f"message {number}" for number in range(2000)]
            for message in messages:
                await socket.send(message)
            assert [await socket.recv() for _ in messages] == messages


async def test_the_longest_message_comes_back_within_bounded_memory():
    with Echo("--max-message", str(LONGEST)) as echo:
        async with connect(echo.url, max_size=LONGEST, compression=None) as socket:
            binary = random.Random(6455).randbytes(LONGEST)
            text = "0123456789abcdé" * (LONGEST // 16)
            assert len(text.encode()) == LONGEST
            for message in [binary, text, [binary[:MEBIBYTE]] * 64]:
                await socket.send(message)
                whole = b"".join(message) if isinstance(message, list) else message
                # No diff of 64 MiB where it fails.
                is_same = await socket.recv() == whole
                assert is_same
        assert echo.peak_memory_bytes() < 4 * LONGEST


async def test_a_message_past_the_limit_is_refused_with_1009():
    with Echo("--max-message", "1000") as echo:
        async with connect(echo.url) as socket:
            await socket.send("x" * 1000)
            assert await socket.recv() == "x" * 1000
            await socket.send("x" * 1001)
            with pytest.raises(ConnectionClosedError) as closed:
                await socket.recv()
            assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize(
    "options", [["--port"], ["--port", "x"], ["--max-message", str(LONGEST + 1)]]
)
def test_a_wrong_option_is_named(options):
    ended = subprocess.run(
        [BINARY, *options],
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )
    assert ended.returncode == 64
    assert options[0] in ended.stderr
