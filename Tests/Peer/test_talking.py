"""The relay as a router, and a real client, seen by a peer that shares no code with them."""

import asyncio
import json
import time

import pytest

from peer import (
    POLICY_VIOLATION, UNVERIFIED, VERIFIED, Peer, closing, compact, receive, receive_challenge)
from talker import message, receipt, talker
from tool import PATIENCE_SECONDS, Client, event


async def test_an_envelope_is_passed_on_as_it_is(url):
    async with talker(url) as alice, talker(url) as bob:
        box = "ab" * 32
        await alice.say({
            "handler": "deliverEnvelop", "from": alice.peer.fingerprint,
            "fromPublicKeyPem": alice.peer.public_key_pem, "to": bob.peer.fingerprint, "box": box,
            "extra": "dropped",
        })
        assert await bob.hear("acceptEnvelop") == {
            "handler": "acceptEnvelop", "from": alice.peer.fingerprint,
            "fromPublicKeyPem": alice.peer.public_key_pem, "to": bob.peer.fingerprint, "box": box,
        }
        # One may write to oneself.
        await alice.send(alice.peer.fingerprint, alice.peer.public_key_pem, {"handler": "note"})
        content = await alice.open_next(alice.peer.fingerprint, alice.peer.public_key_pem)
        assert content["handler"] == "note"


async def test_what_cannot_be_delivered_is_returned(url):
    async with talker(url) as alice:
        nobody = Peer().fingerprint
        await alice.say({
            "handler": "deliverEnvelop", "from": alice.peer.fingerprint, "to": nobody,
            "box": "ab" * 32,
        })
        assert await alice.hear("returnEnvelop") == {
            "handler": "returnEnvelop", "to": nobody, "reason": "offline",
        }


async def test_who_has_not_proved_a_key_gets_nothing_that_is_for_it(url):
    pending = Peer()
    async with talker(url) as alice, pending.connect(url) as connection:
        envelope = {
            "handler": "deliverEnvelop", "from": alice.peer.fingerprint,
            "to": pending.fingerprint, "box": "ab" * 32,
        }
        challenge = await receive_challenge(connection)
        await alice.say(envelope)
        assert await alice.hear("returnEnvelop") == {
            "handler": "returnEnvelop", "to": pending.fingerprint, "reason": "offline",
        }
        # The next thing that comes is the verdict, and only then what is for the key.
        await connection.send(compact(pending.answer(challenge)))
        assert await receive(connection) == VERIFIED
        await alice.say(envelope)
        assert json.loads(await receive(connection))["handler"] == "acceptEnvelop"


async def test_a_key_is_known_while_its_owner_is_there(url):
    async with talker(url) as alice:
        async with talker(url) as bob:
            assert await alice.look_up(bob.peer.fingerprint) == bob.peer.public_key_pem
        for _ in range(100):
            if await alice.look_up(bob.peer.fingerprint) is None:
                break
            await asyncio.sleep(0.1)
        assert await alice.look_up(bob.peer.fingerprint) is None
        assert await alice.look_up(Peer().fingerprint) is None


async def test_a_ping_is_answered_with_the_time(url):
    async with talker(url) as alice:
        before = time.time() * 1000
        await alice.say({"handler": "ping", "t1": 123.5})
        pong = await alice.hear("pong")
        assert pong["t1"] == 123.5 and sorted(pong) == ["handler", "t1", "t2"]
        assert before - 2000 <= pong["t2"] <= time.time() * 1000 + 2000


async def test_an_envelope_in_anothers_name_ends_the_connection(url):
    async with talker(url) as alice, talker(url) as bob:
        await alice.say({
            "handler": "deliverEnvelop", "from": bob.peer.fingerprint,
            "to": bob.peer.fingerprint, "box": "ab" * 32,
        })
        messages, code = await closing(alice.connection)
        assert (messages, code) == ([UNVERIFIED], POLICY_VIOLATION)
        # Nothing of it was passed on: the next thing that comes is the answer to a ping.
        await bob.say({"handler": "ping", "t1": 1})
        assert json.loads(await bob.connection.recv())["handler"] == "pong"


@pytest.mark.parametrize("request_of", [
    lambda peer: {"handler": "ping", "t1": 1},
    lambda peer: {"handler": "invite3", "publicKeySig": peer.fingerprint},
    lambda peer: {
        "handler": "deliverEnvelop", "from": peer.fingerprint, "to": peer.fingerprint,
        "box": "ab" * 32,
    },
])
async def test_nothing_is_done_for_those_who_are_not_verified(url, request_of):
    peer = Peer()
    async with peer.connect(url) as connection:
        await connection.recv()
        await connection.send(compact(request_of(peer)))
        messages, code = await closing(connection)
        assert (messages, code) == ([UNVERIFIED], POLICY_VIOLATION)


async def test_a_real_client_is_met_and_talked_with(url, tmp_path):
    alice = Client(url, tmp_path)
    link = (await alice.run("invite", "--note", "the peer"))[0]["link"]
    listening = await alice.start("listen", "--mark-read")
    await event(listening, lambda found: found.get("phase") == "ONLINE")
    async with talker(url) as peer:
        host, pem, verdict = await peer.follow(link, "Peer")
        assert (verdict["state4"], verdict["name"]) == ("VERIFIED", "Alice")
        met = await event(listening, lambda found: found["event"] == "contact")
        assert (met["name"], met["notes"]) == ("Peer", "the peer")
        # The client greets: it has nothing of ours, and names no stream.
        hello = await peer.hear_content(host, pem, "receipt")
        assert hello["hello"] is True and (hello["stream"], hello["received"]) == ("", 0)

        await peer.send(host, pem, message("feed", 1, 0, "hello Alice, 你好"))
        heard = await event(listening, lambda found: found["event"] == "message")
        assert heard["text"] == "hello Alice, 你好" and heard["isOwn"] is False
        answer = await peer.hear_content(host, pem, "receipt")
        assert (answer["stream"], answer["received"]) == ("feed", 1)
        while answer["read"] < 1:
            answer = await peer.hear_content(host, pem, "receipt")

        # The same once more, one that is ahead, and then the missing one.
        await peer.send(host, pem, message("feed", 1, 0, "hello Alice, 你好"))
        assert (await peer.hear_content(host, pem, "receipt"))["received"] == 1
        await peer.send(host, pem, message("feed", 3, 2, "third"))
        ahead = await peer.hear_content(host, pem, "receipt")
        assert ahead["received"] == 1 and ahead["missing"] is True
        await peer.send(host, pem, message("feed", 2, 1, "second"))
        await peer.send(host, pem, message("feed", 3, 2, "third"))
        for text in ("second", "third"):
            heard = await event(listening, lambda found: found["event"] == "message")
            assert heard["text"] == text
        listening.terminate()
        assert await listening.wait() == 0
        assert [entry["text"] for entry in await alice.run("messages", "--with", "Peer")] == [
            "hello Alice, 你好", "second", "third",
        ]


async def test_a_real_client_sends_until_it_has_a_receipt(url, tmp_path):
    alice = Client(url, tmp_path)
    link = (await alice.run("invite"))[0]["link"]
    inviting = await alice.start("listen")
    async with talker(url) as peer:
        await event(inviting, lambda found: found.get("phase") == "ONLINE")
        host, pem, _ = await peer.follow(link, "Peer")
        await event(inviting, lambda found: found["event"] == "contact")
        inviting.terminate()
        assert await inviting.wait() == 0

        sending = await alice.start("send", "--to", "Peer", "--wait", "read", "first", )
        first = await peer.hear_content(host, pem, "message")
        number = first["n"]
        # After a restart numbers go on from the time.
        assert (first["text"], first["previous"]) == ("first", 0)
        assert abs(number / 1000 - time.time()) < PATIENCE_SECONDS
        # We say that we have nothing yet, so it comes again.
        await peer.send(host, pem, receipt(first["stream"], 0, hello=True))
        again = await peer.hear_content(host, pem, "message")
        assert again == first
        await peer.send(host, pem, receipt(first["stream"], number))
        await peer.send(host, pem, receipt(first["stream"], number, read=number))
        out, _ = await asyncio.wait_for(sending.communicate(), PATIENCE_SECONDS)
        phases = [json.loads(line)["phase"] for line in out.decode().splitlines()]
        assert sending.returncode == 0 and phases[-1] == "READ"


async def test_a_real_client_drops_what_is_not_for_it(url, tmp_path):
    alice = Client(url, tmp_path)
    link = (await alice.run("invite"))[0]["link"]
    listening = await alice.start("listen")
    await event(listening, lambda found: found.get("phase") == "ONLINE")
    async with talker(url) as peer, talker(url) as stranger:
        host, pem, _ = await peer.follow(link, "Peer")
        await event(listening, lambda found: found["event"] == "contact")
        # A stranger, with and without a key; a box for somebody else; one that is no box; one
        # whose message names another recipient; a message without its fields.
        await stranger.send(host, pem, message("7f", 1, 0, "stranger"), introduce=True)
        await stranger.send(host, pem, message("7f", 1, 0, "stranger"))
        box = peer.peer.seal(compact(message("7f", 1, 0, "sealed to another")),
                             stranger.peer.public_key_pem)
        for wrong in (box, "ab" * 32):
            await peer.say({
                "handler": "deliverEnvelop", "from": peer.peer.fingerprint, "to": host,
                "box": wrong,
            })
        misdirected = {**message("7f", 1, 0, "misdirected"), "to": stranger.peer.fingerprint}
        await peer.say({
            "handler": "deliverEnvelop", "from": peer.peer.fingerprint, "to": host,
            "box": peer.peer.seal(compact(misdirected), pem),
        })
        await peer.send(host, pem, {"handler": "message", "text": "without the rest"})
        await peer.send(host, pem, {"handler": "block"})
        await peer.send(host, pem, message("7f", 1, 0, "the only one"))
        heard = await event(listening, lambda found: found["event"] == "message")
        assert heard["text"] == "the only one"
        # The link was used, so it tells a second guest no more than that.
        _, _, verdict = await stranger.follow(link, "Stranger")
        assert verdict["state4"] == "USED" and "name" not in verdict
        listening.terminate()
        assert await listening.wait() == 0
    assert [entry["name"] for entry in await alice.run("contacts")] == ["Peer"]
