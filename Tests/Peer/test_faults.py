"""Peers that are slow, broken or many, and machines that run out: everybody else is served."""

import asyncio
import contextlib
import itertools
import json
import os
import random
import signal
import socket
import struct
import time

import pytest
import websockets

import metrics
from peer import Peer, assert_served, closing, compact, receive, receive_challenge, VERIFIED
from relay import Relay, own_port
from talker import talker
from wire import dial, eventually, fetch, is_hung_up, read_answer, upgrade

STORM = 1000


async def test_slow_heads_are_cut_at_the_deadline_and_delay_nobody():
    with Relay("--admin-port", "0", "--handshake-timeout", "2") as relay:
        slow = [dial(relay.url) for _ in range(200)]
        start = time.monotonic()
        while time.monotonic() - start < 1.5:
            for connection in slow:
                connection.sendall(b"X")
            await asyncio.sleep(0.1)
        await assert_served(relay.url, 2)
        for connection in slow:
            assert is_hung_up(connection, 5)
        assert time.monotonic() - start < 6
        assert eventually(lambda: metrics.value(relay.admin_url, "simpatico_connections") == 0)


async def test_a_slow_head_behind_a_fast_one_does_not_stay_for_ever():
    """The first request is quick; what follows comes byte by byte, below every idle timer."""
    with Relay("--admin-port", "0", "--http-idle-timeout", "1") as relay:
        connection = dial(relay.url)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n")
        assert read_answer(connection)[0] == 200
        end = time.monotonic() + 8
        connection.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while time.monotonic() < end:
                connection.sendall(b"x")
                await asyncio.sleep(0.1)
        assert time.monotonic() < end, "the connection was still open"


PAGE = b"GET /lab/simpatico.wasm HTTP/1.1\r\nHost: relay\r\n\r\n"


def reader_of_pages(url, count):
    """A connection with a small buffer that asks for more than both systems' buffers hold."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
    connection.settimeout(20)
    host, port = url.removeprefix("http://").split(":")
    connection.connect((host, int(port)))
    connection.sendall(PAGE * count)
    return connection


async def test_who_asks_for_pages_and_does_not_read_them_is_cut():
    with Relay("--admin-port", "0", "--http-idle-timeout", "1") as relay:
        greedy = [reader_of_pages(relay.url, 100) for _ in range(20)]

        def is_over():
            count = metrics.value(relay.admin_url, "simpatico_cut_total", cause="slow")
            return (count, metrics.value(relay.admin_url, "simpatico_connections")) == (20, 0)

        assert await asyncio.to_thread(eventually, is_over)
        await assert_served(relay.url)
        for connection in greedy:
            connection.close()


async def slowly(connection, other_time=None):
    """Reads to the end, some 2 MB a second; `other_time` is called amid that."""
    count = 0
    while data := connection.recv(100_000):
        count += len(data)
        if other_time and count > 1_000_000:
            other_time()
            other_time = None
        await asyncio.sleep(len(data) / 2e6)
    return count


def answer_size(url):
    with dial(url) as connection:
        connection.sendall(PAGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        count = 0
        while data := connection.recv(1 << 20):
            # Which only the last answer of a connection says.
            count += len(data.replace(b"Connection: close\r\n", b""))
        return count


async def test_who_reads_slowly_gets_the_whole_answer():
    """Longer than the idle time, with the last of it still waiting in the relay."""
    with Relay("--http-idle-timeout", "1") as relay:
        with reader_of_pages(relay.url, 12) as connection:
            count = await slowly(connection)
        assert count == 12 * answer_size(relay.url)


async def test_a_relay_that_leaves_lets_a_slow_reader_have_the_whole_answer():
    relay = Relay()
    size = answer_size(relay.url)
    with reader_of_pages(relay.url, 12) as connection:
        count = await slowly(connection, lambda: relay.signal(signal.SIGTERM))
    assert count > 1_000_000 and count % size == 0
    assert relay.wait() == 0


async def test_a_relay_that_leaves_does_not_wait_for_who_has_stopped_reading():
    relay = Relay("--drain-seconds", "1", "--shutdown-timeout", "2")
    with reader_of_pages(relay.url, 12):
        await asyncio.sleep(0.5)
        relay.signal(signal.SIGTERM)
        assert await asyncio.to_thread(relay.wait, 10) == 0


async def test_a_body_that_never_ends_is_not_waited_for(url):
    with dial(url) as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: relay\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert read_answer(connection)[0] == 413


async def test_random_bytes_harm_nobody():
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    print(f"seed {seed}")
    source = random.Random(seed)
    with Relay("--admin-port", "0", "--handshake-timeout", "1") as relay:
        for _ in range(200):
            with dial(relay.url) as connection, contextlib.suppress(ConnectionError):
                connection.sendall(source.randbytes(source.randrange(1, 2000)))
        for _ in range(200):
            connection, status = upgrade(relay.url)
            assert status == 101
            with connection, contextlib.suppress(ConnectionError):
                connection.sendall(source.randbytes(source.randrange(1, 2000)))
        await assert_served(relay.url)
        assert eventually(lambda: metrics.value(relay.admin_url, "simpatico_connections") == 0)
        for name in ["unregistered_connections", "websockets", "addresses"]:
            assert metrics.value(relay.admin_url, f"simpatico_{name}") == 0


PROBES = ("/livez", "/readyz", "/metrics")


def idle_page(url):
    """A connection that has fetched a page and stays, and the status; None for a dropped one."""
    connection = dial(url)
    try:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n")
        return connection, read_answer(connection)[0]
    except (AssertionError, ConnectionError):
        connection.close()
        return None, None


async def test_when_files_run_out_the_admin_port_answers_and_who_is_there_is_served():
    # Open files are limited for the process alone, both softly and hard.
    with Relay("--admin-port", "0", prefix=("prlimit", "--nofile=128:128")) as relay:

        def probe():
            return [fetch(relay.admin_url, path)[0] for path in PROBES]

        peer = Peer()
        async with peer.connect(relay.url) as there:
            challenge = await receive_challenge(there)
            pages = await asyncio.to_thread(lambda: [idle_page(relay.url) for _ in range(300)])
            statuses = {status for _, status in pages}
            assert statuses == {200, 503, None}, "served, told that there are too many, dropped"
            assert probe() == [200] * 3
            assert metrics.reached(relay.admin_url, "connections") > 0
            # Nor does it help to come in hundreds at once, and as often as one can.
            for _ in range(10):
                crowd = [dial(relay.url) for _ in range(100)]
                assert await asyncio.to_thread(probe) == [200] * 3
                opened, most = (
                    metrics.value(relay.admin_url, f"process_{name}_fds")
                    for name in ("open", "max"))
                assert opened < most == 128
                for connection in crowd:
                    connection.close()
            # The connection that is there is none the worse.
            await there.send(compact(peer.answer(challenge)))
            assert await receive(there, 5) == VERIFIED
            assert await asyncio.wait_for(await there.ping(), 5) is not None
            for connection, _ in pages:
                if connection:
                    connection.close()
        # When they have left, everybody is welcome again.
        assert await asyncio.to_thread(eventually, lambda: is_well(relay.url), 15)
        await assert_served(relay.url)


@pytest.mark.parametrize("asked, is_told", [("10", False), ("1000", True)])
def test_a_relay_with_too_few_files_says_so_when_it_starts(tmp_path, asked, is_told):
    log = tmp_path / "log"
    with open(log, "w") as sink:
        with Relay("--max-connections", asked, log=sink,
                   prefix=("prlimit", "--nofile=128:128")):
            pass
    assert ("128 files that may be open" in log.read_text()) == is_told


def is_well(url):
    with contextlib.suppress(OSError):
        return fetch(url, "/healthz")[0] == 200
    return False


async def test_a_peer_that_resets_leaves_nothing_behind():
    with Relay("--admin-port", "0") as relay:
        for _ in range(50):
            connection, status = upgrade(relay.url)
            assert status == 101
            # Closed with unread bytes and no lingering, which the other side sees as a reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        assert eventually(lambda: metrics.value(relay.admin_url, "simpatico_connections") == 0)
        assert metrics.value(relay.admin_url, "simpatico_unregistered_connections") == 0
        assert metrics.value(relay.admin_url, "simpatico_websockets") == 0


async def reconnecting(peer, url, verified):
    """A client that comes back after a random wait, as long as it is let."""
    while True:
        with contextlib.suppress(OSError, websockets.WebSocketException, AssertionError,
                                 asyncio.TimeoutError):
            async with peer.connect(url) as connection:
                if await peer.register(connection):
                    verified.add(peer)
                    try:
                        await connection.wait_closed()
                    finally:
                        verified.discard(peer)
        await asyncio.sleep(random.uniform(0, 0.5))


# A relay that leaves in peace asks them to come back one after the other.
@pytest.mark.parametrize("ending, count", [("kill", STORM), ("stop", 100)])
async def test_all_clients_come_back_to_a_relay_that_was_restarted(ending, count):
    # Here the clients share the machine with the relay, and are the slower part.
    options = ("--admin-port", "0", "--port", str(own_port()), "--registration-timeout", "300")
    relay = Relay(*options)
    verified = set()
    clients = [
        asyncio.create_task(reconnecting(Peer(), relay.url, verified)) for _ in range(count)
    ]

    async def all_verified():
        end = time.monotonic() + 300
        while len(verified) < len(clients):
            assert time.monotonic() < end, f"only {len(verified)} came back"
            await asyncio.sleep(0.05)

    await all_verified()
    await asyncio.to_thread(getattr(relay, ending))
    while verified:
        await asyncio.sleep(0.01)
    with Relay(*options) as next_relay:
        await all_verified()
        # Each identity counts once, whatever was left of its older connection.
        assert metrics.value(next_relay.admin_url, "simpatico_websockets") == len(clients)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)


async def test_a_thousand_clients_may_come_at_once():
    # Made before, so that the relay and not this test is what they wait for.
    peers = [Peer() for _ in range(STORM)]

    async def come(peer):
        async with peer.connect(relay.url) as connection:
            assert await peer.register(connection)

    # Here the clients share the machine with the relay, and are the slower part.
    with Relay("--admin-port", "0", "--registration-timeout", "300") as relay:
        await asyncio.wait_for(asyncio.gather(*[come(peer) for peer in peers]), 300)
        assert metrics.value(
            relay.admin_url, "simpatico_registrations_total", outcome="verified") == STORM
        assert fetch(relay.admin_url, "/livez")[0] == 200


# Each alone, with the other out of reach; both systems' buffers take some megabytes first.
@pytest.mark.parametrize("options", [
    ("--max-outbound-bytes", "131072", "--max-outbound-messages", "1000000"),
    ("--max-outbound-bytes", str(256 << 20), "--max-outbound-messages", "50")])
async def test_who_does_not_read_is_cut_and_nobody_else_waits(options):
    with Relay("--admin-port", "0", "--messages-per-second", "0", "--bytes-per-second", "0",
               *options) as relay:
        async with talker(relay.url) as slow, talker(relay.url) as fast, talker(relay.url) as other:
            slow.connection.transport.pause_reading()
            name = "process_resident_memory_bytes"
            before = metrics.value(relay.admin_url, name)

            def box_of(number):
                return f"{number:08x}" * 400

            async def send():
                await fast.say(fast.envelope(slow.peer.fingerprint, box_of(next(numbers))))

            async def ping(talker):
                """Seconds until it is answered; what the relay could not deliver is told before."""
                begin = time.monotonic()
                await talker.say({"handler": "ping", "t1": 1})
                while '"pong"' not in (answer := await receive(talker.connection)):
                    returned.append(answer)
                return time.monotonic() - begin

            def cuts():
                return metrics.value(relay.admin_url, "simpatico_cut_total", cause="slow")

            numbers, returned, waits = itertools.count(), [], []
            end = time.monotonic() + 60
            while cuts() == 0:
                assert time.monotonic() < end, "the slow reader was not cut"
                for _ in range(50):
                    await send()
                waits += [await ping(fast), await ping(other)]
            # From then on the sender is told, however long the reader takes to hang up.
            count = len(returned)
            await send()
            while len(returned) == count:
                returned.append(await receive(fast.connection))
            await ping(fast)
            assert all('"offline"' in answer for answer in returned)
            assert max(waits) < 5
            assert cuts() == 1
            assert metrics.value(relay.admin_url, name) - before < 10e6
            # What waited is there for the reader, without a gap, and behind it why no more comes.
            slow.connection.transport.resume_reading()
            messages, code = await closing(slow.connection)
            told = code, slow.connection.close_reason
            assert told == (4008, "too much was waiting to be sent")
            boxes = [json.loads(message)["box"] for message in messages]
            assert boxes == [box_of(number) for number in range(len(messages))]
            # Only what was under way to it at that moment is neither there nor returned.
            assert 0 <= next(numbers) - len(returned) - len(messages) < 100


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("fault", ["full disk", "gone reader"])
async def test_a_log_that_cannot_be_written_is_lost_and_nothing_else(log_format, fault):
    if fault == "full disk":
        sink = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, sink = os.pipe()
        os.close(reader)
    try:
        with Relay("--log-format", log_format, "--log-level", "debug", log=sink) as relay:
            await assert_served(relay.url)
            relay.signal(signal.SIGHUP)
            await assert_served(relay.url)
    finally:
        os.close(sink)
