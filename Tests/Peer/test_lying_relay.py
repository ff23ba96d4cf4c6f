"""A real client behind a relay that closes, withholds, changes, repeats and makes up."""

import asyncio
import json

import pytest

from middle import Middle, once
from peer import Peer
from relay import Relay
from talker import message, receipt, talker
from tool import Client, event, is_online, stop

IN_VAIN = 4003


def is_message(frame):
    """Whether a frame brings a box."""
    return frame["handler"] == "acceptEnvelop"


async def introduced(middle, url, folder, peer):
    """A client behind the middle that knows the peer: its process, its fingerprint and its key."""
    alice = Client(middle.url, folder)
    link = (await alice.run("invite"))[0]["link"]
    listening = await alice.start("listen")
    await is_online(listening)
    host, pem, _ = await peer.follow(link, "Peer")
    await event(listening, lambda found: found["event"] == "contact")
    await peer.hear_content(host, pem, "receipt")
    return alice, listening, host, pem


async def heard(listening, text):
    """Waits for a message, before which no other may come."""
    found = await event(listening, lambda found: found["event"] == "message")
    assert found["text"] == text


@pytest.mark.parametrize("frames", [0, 1, 2])
async def test_a_relay_that_closes_after_any_step_is_tried_again(url, tmp_path, frames):
    async with Middle(url) as middle:
        middle.closing = [frames]
        listening = await Client(middle.url, tmp_path).start("listen")
        waiting = await event(listening, lambda found: found.get("phase") == "WAITING")
        assert "going away" in waiting["problem"] and waiting["retry"]
        await is_online(listening)
        await stop(listening)


async def test_a_relay_that_closes_after_the_response_is_tried_again(url, tmp_path):
    async with Middle(url) as middle:
        middle.closing = [2]
        # The verdict is withheld, so the client sees an end after what it has sent.
        middle.to_client = once(lambda frame: frame["handler"] == "register4", lambda _: [])
        listening = await Client(middle.url, tmp_path).start("listen")
        await event(listening, lambda found: found.get("phase") == "WAITING")
        await is_online(listening)
        await stop(listening)


async def test_a_relay_that_is_not_there_is_tried_until_it_is(url, tmp_path):
    async with Middle(url) as middle:
        port = middle.port
    listening = await Client(middle.url, tmp_path).start("listen")
    waiting = await event(listening, lambda found: found.get("phase") == "WAITING")
    assert "refused the connection" in waiting["problem"]
    async with Middle(url, port):
        assert "problem" not in await is_online(listening)
        await stop(listening)


async def test_a_box_that_is_changed_is_dropped_and_comes_again(url, tmp_path):
    async with Middle(url) as middle, talker(url) as peer:
        _, listening, host, pem = await introduced(middle, url, tmp_path, peer)

        def change(frame):
            box = frame["box"]
            return [{**frame, "box": box[:40] + format(int(box[40], 16) ^ 8, "x") + box[41:]}]

        middle.to_client = once(is_message, change)
        await peer.send(host, pem, message("7f", 1, 0, "one"))
        # Of the next one the client says that something before it is missing.
        await peer.send(host, pem, message("7f", 2, 1, "two"))
        answer = await peer.hear_content(host, pem, "receipt")
        assert (answer["received"], answer["missing"]) == (0, True)
        for number, text in [(1, "one"), (2, "two")]:
            await peer.send(host, pem, message("7f", number, number - 1, text))
            await heard(listening, text)
        await stop(listening)


async def test_a_box_that_is_repeated_arrives_once(url, tmp_path):
    async with Middle(url) as middle, talker(url) as peer:
        alice, listening, host, pem = await introduced(middle, url, tmp_path, peer)
        middle.to_client = lambda frame: [frame] * 3 if is_message(frame) else None
        for number, text in [(1, "one"), (2, "two")]:
            await peer.send(host, pem, message("7f", number, number - 1, text))
            await heard(listening, text)
            for _ in range(3):
                answer = await peer.hear_content(host, pem, "receipt")
                assert answer["received"] == number
        await stop(listening)
        assert [entry["text"] for entry in await alice.run("messages", "--with", "Peer")] == [
            "one", "two"]


async def test_a_box_that_is_given_back_is_dropped(url, tmp_path):
    async with Middle(url) as middle, talker(url) as peer:
        alice, listening, host, pem = await introduced(middle, url, tmp_path, peer)
        taken = []
        middle.to_server = lambda frame: (
            taken.append(frame) or [] if frame["handler"] == "deliverEnvelop" else None)
        await peer.send(host, pem, message("7f", 1, 0, "one"))
        await heard(listening, "one")
        while not taken:
            await asyncio.sleep(0.05)
        # The client's own box, as it is and in the name of the one that it was for.
        own = taken[0]
        for sender in (own["from"], own["to"]):
            await middle.say({
                "handler": "acceptEnvelop", "from": sender, "to": host, "box": own["box"],
                "fromPublicKeyPem": pem,
            })
        middle.to_server = lambda frame: None
        await peer.send(host, pem, message("7f", 2, 1, "two"))
        await heard(listening, "two")
        await stop(listening)
        assert len(await alice.run("contacts")) == 1


async def test_a_key_that_is_not_the_hosts_is_not_believed(url, tmp_path):
    async with Middle(url) as middle:
        host, guest = (Client(middle.url, tmp_path, name) for name in ("Alice", "Bob"))
        link = (await host.run("invite"))[0]["link"]
        wrong = Peer().public_key_pem
        middle.to_client = once(
            lambda frame: frame["handler"] == "invite4" and "publicKeyPem" in frame,
            lambda frame: [{**frame, "publicKeyPem": wrong}])
        boxes = []
        middle.to_server = lambda frame: boxes.append(frame.get("to"))
        listening = await host.start("listen")
        await is_online(listening)
        # The secret is not sent to the wrong one: the guest asks again, and meets the host.
        met = await guest.run("accept", link, "--wait", "--timeout", "50")
        assert met[-1]["name"] == "Alice"
        await stop(listening)


async def test_a_relay_that_goes_on_in_vain_is_left(url, tmp_path):
    async with Middle(url) as middle, talker(url) as peer:
        _, listening, host, pem = await introduced(middle, url, tmp_path, peer)
        for _ in range(300):
            await middle.say({"handler": "pong", "t1": 1, "t2": 1})
        waiting = await event(listening, lambda found: found.get("phase") == "WAITING")
        assert "in vain" in waiting["problem"]
        await is_online(listening)
        await peer.send(host, pem, message("7f", 1, 0, "one"))
        await heard(listening, "one")
        await stop(listening)
        assert IN_VAIN in middle.codes


async def test_a_relay_that_withholds_receipts_makes_nothing_arrive_twice(url, tmp_path):
    async with Middle(url) as middle, talker(url) as peer:
        alice, listening, host, pem = await introduced(middle, url, tmp_path, peer)
        await stop(listening)
        sending = await alice.start("send", "--to", "Peer", "--wait", "delivered", "hello")
        first = await peer.hear_content(host, pem, "message")
        middle.to_client = once(is_message, lambda _: [])
        await peer.send(host, pem, receipt(first["stream"], first["n"]))
        # It is sent again in time, and again it is the same one.
        assert await peer.hear_content(host, pem, "message") == first
        await peer.send(host, pem, receipt(first["stream"], first["n"]))
        out, _ = await asyncio.wait_for(sending.communicate(), 60)
        assert json.loads(out.decode().splitlines()[-1])["phase"] == "DELIVERED"


async def test_a_relay_that_is_killed_and_returns_loses_nothing(tmp_path):
    relay = Relay()
    port = relay.port
    alice = Client(relay.url, tmp_path)
    bob = Client(relay.url, tmp_path, "Bob")
    inviting = await alice.start("invite", "--wait")
    link = json.loads(await inviting.stdout.readline())["link"]
    await bob.run("accept", link, "--wait")
    await inviting.communicate()
    listening = await bob.start("listen")
    await is_online(listening)
    relay.kill()
    await event(listening, lambda found: found.get("phase") == "WAITING")
    await alice.run("send", "--to", "Bob", "--wait", "kept", "written meanwhile")
    with Relay("--port", str(port)):
        sending = await alice.start("listen")
        await heard(listening, "written meanwhile")
        await stop(sending)
        await stop(listening)
