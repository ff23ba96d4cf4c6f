"""The chat of an independent client, written from the wire table and the sealed messages alone.

It follows invitation links, and sends and receives messages, over a connection of `peer`.
"""

import contextlib
import json
import time

import suite
from peer import Peer, compact, receive


class Talker:
    """A registered peer that talks with others."""

    def __init__(self, peer, connection):
        self.peer = peer
        self.connection = connection
        self.returned = []

    async def say(self, message):
        """Sends a message to the relay."""
        await self.connection.send(compact(message))

    def envelope(self, to, box, **more):
        """An envelope of ours for somebody, as the relay takes it."""
        return {
            "handler": "deliverEnvelop", "from": self.peer.fingerprint, "to": to, "box": box,
            **more,
        }

    async def hear(self, handler):
        """The next message of the relay's with that handler; what comes before it is dropped."""
        while True:
            message = json.loads(await receive(self.connection))
            if message["handler"] == handler:
                return message

    async def look_up(self, fingerprint):
        """The key of a fingerprint as PEM, or None where nobody of it is connected."""
        await self.say({"handler": "invite3", "publicKeySig": fingerprint})
        answer = await self.hear("invite4")
        assert answer["publicKeySig"] == fingerprint
        return answer.get("publicKeyPem")

    async def send(self, to, to_pem, content, introduce=False):
        """Seals a content for somebody and has it delivered."""
        more = {"fromPublicKeyPem": self.peer.public_key_pem} if introduce else {}
        box = self.peer.seal(compact({**content, "to": to}), to_pem)
        await self.say(self.envelope(to, box, **more))

    async def open_next(self, sender, sender_pem):
        """The content of the next envelope, which has to be of that sender and for us."""
        envelope = await self.hear("acceptEnvelop")
        assert sorted(set(envelope) - {"fromPublicKeyPem"}) == ["box", "from", "handler", "to"]
        assert envelope["from"] == sender and envelope["to"] == self.peer.fingerprint
        box = bytes.fromhex(envelope["box"])
        content = json.loads(suite.open_box(box, self.peer.private_key, sender_pem))
        assert content["to"] == self.peer.fingerprint
        return content

    async def hear_content(self, sender, sender_pem, handler):
        """The next content of that handler; what comes before it is dropped."""
        while True:
            content = await self.open_next(sender, sender_pem)
            if content["handler"] == handler:
                return content

    async def follow(self, link, name):
        """Follows an invitation link, and answers the host's fingerprint, key and verdict."""
        host, invitation, secret = link.split("#invite=")[1].split(".")
        pem = await self.look_up(host)
        assert pem and suite.fingerprint_of_pem(pem) == host
        await self.send(host, pem, {
            "handler": "invite5", "invitation": invitation, "secret": secret, "name": name,
        }, introduce=True)
        verdict = await self.hear_content(host, pem, "invite6")
        assert verdict["invitation"] == invitation
        return host, pem, verdict


@contextlib.asynccontextmanager
async def talker(url, headers=None):
    """A peer that is connected and registered; `headers` are those of its request."""
    peer = Peer()
    async with peer.connect(url, headers) as connection:
        assert await peer.register(connection)
        yield Talker(peer, connection)


def message(stream, number, after, text):
    """A numbered message of a stream."""
    return {
        "handler": "message", "stream": stream, "n": number, "previous": after, "text": text,
        "time": int(time.time() * 1000),
    }


def receipt(stream, received, read=0, **more):
    """What we have of the other side's stream."""
    return {
        "handler": "receipt", "stream": stream, "received": received, "read": read, **more,
    }
