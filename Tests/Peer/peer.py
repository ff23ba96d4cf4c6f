"""An independent client of the relay, written from the wire table of the protocol alone.

    peer = Peer()
    async with peer.connect("http://127.0.0.1:8080") as connection:
        assert await peer.register(connection)
"""

import asyncio
import json
import time

import websockets
from cryptography.hazmat.primitives.asymmetric import ec

import suite

VERIFIED = '{"handler":"register4","state2":"VERIFIED"}'
UNVERIFIED = '{"handler":"register4","state2":"UNVERIFIED"}'

POLICY_VIOLATION = 1008
UNSUPPORTED_DATA = 1003
REPLACED = 4001

# Far longer than any answer takes, so that a relay that does not answer fails its test.
PATIENCE_SECONDS = 20


def socket_url(url):
    """The address of the relay's socket, from the address of its page."""
    return "ws" + url.removeprefix("http").rstrip("/") + "/ws"


class Peer:
    """A key pair, and what its owner says in the handshake."""

    def __init__(self):
        self.private_key = ec.generate_private_key(ec.SECP521R1())
        self.public_key_pem = suite.public_key_pem(self.private_key.public_key())
        self.fingerprint = suite.fingerprint(self.private_key.public_key())

    def connect(self, url, headers=None):
        """A connection to the relay, to be used with `async with`."""
        return websockets.connect(
            socket_url(url), open_timeout=PATIENCE_SECONDS, close_timeout=PATIENCE_SECONDS,
            ping_interval=None, proxy=None, additional_headers=headers,
        )

    def seal(self, text, recipient_pem):
        """The box of a text, in hexadecimal."""
        return suite.seal(text.encode(), self.private_key, recipient_pem).hex()

    def times(self, challenge):
        """The clear text of an answer: when the relay asked, when we answer, what lies between."""
        t1 = challenge["t1"]
        t2 = int(time.time() * 1000)
        return {"t1": t1, "t2": t2, "dt": t2 - t1}

    def answer(self, challenge, **replaced):
        """The right answer to a challenge, as an object, with some of its fields replaced."""
        clear_text = compact(self.times(challenge))
        right = {
            "handler": "register3",
            "clearText": clear_text,
            "cypherText": self.seal(clear_text, challenge["publicKeyPem"]),
            "publicKeySig": self.fingerprint,
            "publicKey": self.public_key_pem,
        }
        return {**right, **replaced}

    async def register(self, connection):
        """Completes the handshake. Returns whether the relay verified us."""
        challenge = await receive_challenge(connection)
        await connection.send(compact(self.answer(challenge)))
        return await receive(connection) == VERIFIED


async def assert_served(url, seconds=PATIENCE_SECONDS):
    """A good client registers, in good time."""
    async def register():
        peer = Peer()
        async with peer.connect(url) as connection:
            assert await peer.register(connection)

    await asyncio.wait_for(register(), seconds)


def compact(value):
    """A value as JSON text without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


async def receive(connection, patience_seconds=PATIENCE_SECONDS):
    """The next message, as text."""
    message = await asyncio.wait_for(connection.recv(), patience_seconds)
    assert isinstance(message, str), "the relay sends text frames only"
    return message


async def receive_challenge(connection):
    """The relay's first message, with the fields that the wire table names and no others."""
    challenge = json.loads(await receive(connection))
    assert sorted(challenge) == ["handler", "publicKeyPem", "t1"]
    assert challenge["handler"] == "register2"
    assert isinstance(challenge["t1"], (int, float)) and not isinstance(challenge["t1"], bool)
    return challenge


async def closing(connection, patience_seconds=PATIENCE_SECONDS):
    """The messages that arrive before the relay closes, and the code it closes with."""
    messages = []
    try:
        while True:
            messages.append(await receive(connection, patience_seconds))
    except websockets.ConnectionClosed as closed:
        assert closed.rcvd is not None, "the relay vanished without a close frame"
        return messages, closed.rcvd.code
    except asyncio.TimeoutError:
        raise AssertionError(f"the relay said {messages} and did not close") from None
