"""Limits of registrations and messages: what is beyond them is refused, and what is within not."""

import asyncio
import contextlib
import signal

import pytest
import websockets

import metrics
from peer import (
    PATIENCE_SECONDS, POLICY_VIOLATION, UNVERIFIED, VERIFIED, Peer, assert_served, closing, compact,
    receive_challenge)
from relay import Relay
from talker import talker
from wire import eventually

MANY = 20
TOO_MANY_REGISTRATIONS = (4011, "too many registrations at once; try again later")


async def outcome(connection):
    """What the relay says to a proof, or how it closes instead."""
    try:
        return await asyncio.wait_for(connection.recv(), PATIENCE_SECONDS)
    except websockets.ConnectionClosed as closed:
        return closed.rcvd.code, closed.rcvd.reason


async def test_registrations_in_a_second():
    with Relay("--admin-port", "0", "--registrations-per-second", "2") as relay:
        ends = []
        for _ in range(6):
            peer = Peer()
            async with peer.connect(relay.url) as connection:
                challenge = await receive_challenge(connection)
                await connection.send(compact(peer.answer(challenge)))
                ends.append(await outcome(connection))
        assert set(ends) == {VERIFIED, TOO_MANY_REGISTRATIONS}
        reached = metrics.reached(relay.admin_url, "registrations")
        assert reached == ends.count(TOO_MANY_REGISTRATIONS)
        # The rate is earned anew.
        await asyncio.sleep(1)
        await assert_served(relay.url)


@pytest.mark.parametrize(("most", "ends"), [
    (1, {VERIFIED, TOO_MANY_REGISTRATIONS}), (MANY, {VERIFIED})])
async def test_registrations_that_wait(most, ends):
    with Relay("--admin-port", "0", "--max-waiting-registrations", str(most)) as relay:
        async with contextlib.AsyncExitStack() as stack:
            proofs = []
            for peer in [Peer() for _ in range(MANY)]:
                connection = await stack.enter_async_context(peer.connect(relay.url))
                answer = peer.answer(await receive_challenge(connection))
                proofs.append((connection, compact(answer)))
            # What comes while it stands still is there all at once.
            relay.signal(signal.SIGSTOP)
            for connection, answer in proofs:
                await connection.send(answer)
            relay.signal(signal.SIGCONT)
            outcomes = [await outcome(connection) for connection, _ in proofs]
        assert set(outcomes) == ends
        reached = metrics.reached(relay.admin_url, "registrations")
        assert reached == outcomes.count(TOO_MANY_REGISTRATIONS)
        waiting = "simpatico_waiting_registrations"
        assert eventually(lambda: metrics.value(relay.admin_url, waiting) == 0)
        await assert_served(relay.url)


LONGEST = 100_000
LONG_MESSAGES = ("--max-message-characters", str(LONGEST))


def of_length(message, field, filler, count=LONGEST):
    """The message with a field that makes it so many characters, as JSON."""
    return {**message, field: filler * (count - len(compact({**message, field: ""})))}


@pytest.mark.parametrize("field, filler", [("box", "a"), ("extra", " "), ("extra", "€")])
async def test_a_message_up_to_the_limit_arrives_whole(field, filler):
    with Relay(*LONG_MESSAGES) as relay:
        async with talker(relay.url) as alice, talker(relay.url) as bob:
            envelope = of_length(
                alice.envelope(bob.peer.fingerprint, "ab" * 2500), field, filler)
            await alice.say(envelope)
            assert (await bob.hear("acceptEnvelop"))["box"] == envelope["box"]


@pytest.mark.parametrize("count, code", [
    (LONGEST + 1, POLICY_VIOLATION), (4 * LONGEST, POLICY_VIOLATION), (4 * LONGEST + 1, 1009)])
async def test_a_message_beyond_the_limit_is_refused(count, code):
    with Relay(*LONG_MESSAGES) as relay:
        async with talker(relay.url) as alice:
            envelope = alice.envelope(alice.peer.fingerprint, "ab" * 2500)
            await alice.say(of_length(envelope, "extra", " ", count))
            assert await closing(alice.connection) == ([UNVERIFIED], code)
