"""What a relay does when its clock is set, and when a peer is gone without a word."""

import asyncio
import json
import time

import pytest
import websockets

import metrics
from clock import DAY, Clock
from peer import Peer, VERIFIED, compact, receive, receive_challenge
from relay import Relay
from wire import eventually, upgrade


async def relays_time(connection):
    """The relay's date, as it answers a ping."""
    await connection.send('{"handler":"ping","t1":1}')
    return json.loads(await receive(connection))["t2"] / 1000


@pytest.mark.parametrize("step", [DAY, -DAY])
async def test_a_clock_that_is_set_ends_no_registration_and_no_connection(tmp_path, step):
    clock = Clock(tmp_path)
    options = ("--admin-port", "0", "--registration-timeout", "5", "--idle-ping", "1",
               "--pong-timeout", "5")
    with Relay(*options, environment=clock.environment) as relay:
        there, coming = Peer(), Peer()
        async with there.connect(relay.url) as old, coming.connect(relay.url) as new:
            assert await there.register(old)
            assert abs(await relays_time(old) - time.time()) < 60
            challenge = await receive_challenge(new)
            clock.set(step)
            # The time that the relay gave is given back; which day it is now plays no part.
            await new.send(compact(coming.answer(challenge)))
            assert await receive(new) == VERIFIED
            assert abs(await relays_time(old) - time.time() - step) < 60
            # Longer than every deadline, all of which are measured and not read off a calendar.
            await asyncio.sleep(7)
            envelope = compact({
                "handler": "deliverEnvelop", "from": coming.fingerprint,
                "to": there.fingerprint, "box": "ab" * 64,
            })
            await new.send(envelope)
            assert json.loads(await receive(old))["from"] == coming.fingerprint
            clock.set(0)
            assert abs(await relays_time(new) - time.time()) < 60
        assert metrics.value(relay.admin_url, "simpatico_cut_total", cause="silent") == 0


async def test_a_deadline_holds_although_the_clock_is_set_back(tmp_path):
    clock = Clock(tmp_path)
    options = ("--registration-timeout", "2",)
    with Relay(*options, environment=clock.environment) as relay:
        async with Peer().connect(relay.url) as connection:
            await receive_challenge(connection)
            clock.set(-DAY)
            start = time.monotonic()
            with pytest.raises(websockets.ConnectionClosed):
                while True:
                    await receive(connection)
            assert time.monotonic() - start < 15


async def test_a_peer_that_is_gone_without_a_word_is_noticed_and_cut():
    """No reset, no end: the connection is open as far as the relay's machine can tell."""
    options = ("--admin-port", "0", "--idle-ping", "0.5", "--pong-timeout", "0.5")
    with Relay(*options, "--registration-timeout", "60") as relay:
        gone, status = upgrade(relay.url)
        assert status == 101
        peer = Peer()
        async with peer.connect(relay.url) as connection:
            assert await peer.register(connection)

            def cuts():
                return metrics.value(relay.admin_url, "simpatico_cut_total", cause="silent")

            assert await asyncio.to_thread(eventually, lambda: cuts() == 1)
            # Nothing answers the close frame either, and the connection is dropped all the same.
            assert await asyncio.to_thread(
                eventually,
                lambda: metrics.value(relay.admin_url, "simpatico_websockets") == 1)
            # Who answers pings stays, however little there is to say.
            assert abs(await relays_time(connection) - time.time()) < 60
            assert cuts() == 1
        gone.close()


async def test_a_log_that_cannot_be_written_stops_nobody():
    with open("/dev/full", "w") as full:
        with Relay("--log-level", "debug", log=full) as relay:
            for _ in range(3):
                peer = Peer()
                async with peer.connect(relay.url) as connection:
                    assert await peer.register(connection)
