"""RFC 6455 over a real socket: who breaks a rule is told which, by the code of the close frame.

The Swift tests try the same table byte by byte; here the whole relay stands behind it.
"""

import json
import socket
import struct

import pytest

from peer import UNVERIFIED, VERIFIED, Peer, compact
from wire import PATIENCE_SECONDS, is_hung_up, upgrade

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
KEY = b"\x11\x22\x33\x44"


def frame(opcode, payload=b"", fin=True, reserved=0, mask=True, announced=None, width=None):
    """A frame; `announced` is a length other than its own, `width` the bytes that hold it."""
    length = len(payload) if announced is None else announced
    width = width or (0 if length < 126 else 2 if length < 1 << 16 else 8)
    short = {0: length, 2: 126, 8: 127}[width]
    head = bytes([fin << 7 | reserved << 4 | opcode, mask << 7 | short])
    head += length.to_bytes(width, "big") if width else b""
    if not mask:
        return head + payload
    return head + KEY + bytes(byte ^ KEY[at % 4] for at, byte in enumerate(payload))


def close(code, reason=b""):
    return frame(CLOSE, struct.pack(">H", code) + reason)


# The section, what is done, and the code that is the answer; None is a close frame without one.
CASES = [
    *[("5.2", f"reserved bit {bit}", frame(TEXT, b"{}", reserved=bit), 1002) for bit in (1, 2, 4)],
    *[("5.2", f"opcode {code}", frame(code), 1002) for code in (3, 7, 11, 15)],
    ("5.1", "no mask", frame(TEXT, b"{}", mask=False), 1002),
    ("5.1", "a ping without a mask", frame(PING, mask=False), 1002),
    ("5.2", "5 bytes in a length of 2", frame(TEXT, b"hello", width=2), 1002),
    ("5.2", "200 bytes in a length of 8", frame(TEXT, b"x" * 200, width=8), 1002),
    ("5.2", "a length of 2^63", frame(TEXT, announced=1 << 63), 1002),
    ("5.4", "nothing to continue", frame(0, b"x"), 1002),
    ("5.4", "a message in a message", frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"), 1002),
    ("5.5", "a ping in fragments", frame(PING, fin=False), 1002),
    ("5.5", "a ping of 126 bytes", frame(PING, b"x" * 126), 1002),
    ("8.1", "a byte that is no text", frame(TEXT, b"\xff"), 1007),
    ("8.1", "half a pair of UTF-16", frame(TEXT, b"\xed\xa0\x80"), 1007),
    ("8.1", "a text that ends early", frame(TEXT, b"\xe2\x82"), 1007),
    ("8.1", "broken across fragments", frame(TEXT, b"\xe2", fin=False) + frame(0, b"\x28"), 1007),
    ("8.1", "broken before the frame is whole", frame(TEXT, b"\xc0" + b"x" * 999)[:20], 1007),
    ("7.4.1", "binary", frame(BINARY, b"{}"), 1003),
    ("7.4.1", "a frame of 2^62 bytes", frame(TEXT, announced=1 << 62), 1009),
    ("7.4.1", "a frame of 65,537 bytes", frame(TEXT, announced=(1 << 16) + 1), 1009),
    ("7.4.1", "too long in fragments",
     frame(TEXT, b"a" * 40_000, fin=False) + frame(0, b"a" * 40_000), 1009),
    ("7.4.1", "5,000 fragments",
     frame(TEXT, fin=False) + frame(0, fin=False) * 5_000, 1009),
    ("5.5.1", "half a code", frame(CLOSE, b"\x03"), 1002),
    *[("7.4", f"code {code}", close(code), 1002)
      for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000)],
    ("5.5.1", "a reason that is no text", close(1000, b"\xff"), 1007),
    ("5.5.1", "no code", frame(CLOSE), None),
    *[("7.4", f"code {code}", close(code, b"bye"), code) for code in (1000, 3000, 4999)],
    ("5.5.1", "more after a close", close(1000) + frame(3) + frame(TEXT, b"\xff"), 1000),
]


class Bare:
    """A WebSocket of which nothing is hidden."""

    def __init__(self, url):
        self.connection, status = upgrade(url)
        assert status == 101
        self.connection.settimeout(PATIENCE_SECONDS)

    def take(self, count):
        data = b""
        while len(data) < count:
            part = self.connection.recv(count - len(data))
            assert part, "the relay hung up"
            data += part
        return data

    def next(self):
        """The next frame's opcode and payload; the relay sends no fragments and no mask."""
        first, length = self.take(2)
        assert first & 0xF0 == 0x80 and length < 128
        if length == 126:
            length, = struct.unpack(">H", self.take(2))
        return first & 15, self.take(length)

    def register(self):
        _, challenge = self.next()
        self.connection.sendall(frame(TEXT, compact(Peer().answer(json.loads(challenge))).encode()))
        assert self.next() == (TEXT, VERIFIED.encode())

    def end(self):
        """The frames up to the close frame, and its code, after which the relay hangs up."""
        frames = []
        while (item := self.next())[0] != CLOSE:
            frames.append(item)
        assert is_hung_up(self.connection)
        payload = item[1]
        return frames, struct.unpack(">H", payload[:2])[0] if payload else None


@pytest.mark.parametrize("is_registered", [False, True])
@pytest.mark.parametrize("pace", ["whole", "byte by byte"])
def test_each_broken_rule_has_its_code(url, is_registered, pace):
    wrong = []
    for section, name, data, code in CASES:
        bare = Bare(url)
        with bare.connection:
            bare.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if is_registered:
                bare.register()
            size = len(data) if pace == "whole" or len(data) > 3_000 else 1
            for start in range(0, len(data), size):
                try:
                    bare.connection.sendall(data[start:start + size])
                except ConnectionError:
                    break
            frames, found = bare.end()
            texts = [text.decode() for opcode, text in frames if opcode == TEXT]
            if not is_registered:
                assert "register2" in texts.pop(0)
            # Who breaks a rule is told that this is no registration, in the usual words.
            is_breach = code is not None and code < 3000 and code != 1000
            if found != code or texts != [UNVERIFIED] * is_breach:
                wrong.append((section, name, code, found, texts))
    assert wrong == []


def test_pings_are_answered_amid_a_message(url):
    bare = Bare(url)
    with bare.connection:
        bare.register()
        bare.connection.sendall(
            frame(TEXT, b'{"handler":"pi', fin=False) + frame(PING, b"amid" * 31)
            + frame(0, b'ng","t1":7}'))
        assert bare.next() == (PONG, b"amid" * 31)
        opcode, answer = bare.next()
        assert opcode == TEXT and json.loads(answer)["handler"] == "pong"
