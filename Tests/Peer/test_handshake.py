"""The handshake over a real socket: what completes it, and what a second connection does."""

import asyncio
import time

import websockets

from peer import (
    POLICY_VIOLATION,
    REPLACED,
    UNVERIFIED,
    VERIFIED,
    Peer,
    closing,
    compact,
    receive,
    receive_challenge,
)

CONCURRENT_PEERS = 200


async def test_handshake_completes(url):
    peer = Peer()
    async with peer.connect(url) as connection:
        assert await peer.register(connection)


async def test_verified_connection_stays_open(url):
    peer = Peer()
    async with peer.connect(url) as connection:
        assert await peer.register(connection)
        await assert_open(connection)


async def test_challenge_carries_the_relays_key_and_its_clock(url):
    async with Peer().connect(url) as first, Peer().connect(url) as second:
        challenges = [await receive_challenge(first), await receive_challenge(second)]
        now = time.time() * 1000
    assert challenges[0]["publicKeyPem"] == challenges[1]["publicKeyPem"]
    for challenge in challenges:
        assert abs(now - challenge["t1"]) < 60_000
        # A box for this key can be made, so that it is a P-521 public key.
        Peer().seal("text", challenge["publicKeyPem"])


async def test_relay_never_sends_a_private_key(url):
    peer = Peer()
    async with peer.connect(url) as connection:
        first = await receive(connection)
        assert "PRIVATE" not in first
        await connection.send("{}")
        messages, _ = await closing(connection)
        assert messages == [UNVERIFIED]


async def test_same_key_may_register_again_after_it_left(url):
    peer = Peer()
    for _ in range(3):
        async with peer.connect(url) as connection:
            assert await peer.register(connection)


async def test_newest_proof_takes_over_from_the_older_connection(url):
    peer = Peer()
    async with peer.connect(url) as older:
        assert await peer.register(older)
        async with peer.connect(url) as newer:
            assert await peer.register(newer)
            assert await closing(older) == ([], REPLACED)
            await assert_open(newer)


async def test_claim_without_proof_does_not_disturb_the_owner(url):
    owner, thief = Peer(), Peer()
    async with owner.connect(url) as owned:
        assert await owner.register(owned)
        async with thief.connect(url) as connection:
            answer = thief.answer(
                await receive_challenge(connection),
                publicKeySig=owner.fingerprint, publicKey=owner.public_key_pem)
            await connection.send(compact(answer))
            assert await closing(connection) == ([UNVERIFIED], POLICY_VIOLATION)
        await assert_open(owned)


async def test_unknown_fields_are_dropped(url):
    peer = Peer()
    async with peer.connect(url) as connection:
        answer = peer.answer(await receive_challenge(connection), colour="blue")
        await connection.send(compact(answer))
        assert await receive(connection) == VERIFIED


async def test_silent_client_is_closed_at_the_deadline(deadline):
    url, seconds = deadline
    begin = time.monotonic()
    async with Peer().connect(url) as connection:
        await receive_challenge(connection)
        assert await closing(connection, seconds + 20) == ([UNVERIFIED], POLICY_VIOLATION)
    elapsed = time.monotonic() - begin
    assert seconds * 0.9 <= elapsed <= seconds + 5


async def test_verified_client_may_be_silent_past_the_deadline(deadline):
    url, seconds = deadline
    peer = Peer()
    async with peer.connect(url) as connection:
        assert await peer.register(connection)
        await asyncio.sleep(seconds + 1)
        await assert_open(connection)


async def test_many_peers_register_at_once(url):
    peers = [Peer() for _ in range(CONCURRENT_PEERS)]
    all_verified = asyncio.Barrier(CONCURRENT_PEERS)

    async def register(peer):
        async with peer.connect(url) as connection:
            verified = await peer.register(connection)
            # Nobody leaves before everybody is in: these are concurrent connections.
            await all_verified.wait()
            return verified

    results = await asyncio.gather(*(register(peer) for peer in peers))
    assert results == [True] * CONCURRENT_PEERS


async def test_vanished_clients_leave_the_relay_able_to_serve(url):
    for _ in range(20):
        connection = await Peer().connect(url)
        connection.transport.abort()
    peer = Peer()
    async with peer.connect(url) as connection:
        assert await peer.register(connection)


async def assert_open(connection):
    """The relay answers a ping and says nothing else."""
    try:
        await asyncio.wait_for(await connection.ping(), 5)
        unexpected = await asyncio.wait_for(connection.recv(), 0.2)
    except asyncio.TimeoutError:
        return
    except websockets.ConnectionClosed as closed:
        raise AssertionError(f"the relay closed the connection: {closed}") from closed
    raise AssertionError(f"the relay said {unexpected!r}")
