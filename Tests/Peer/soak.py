"""Load and faults with figures: `make soak`, or soak.py SCENARIO… for some of them.

Each scenario starts a relay of its own and returns what it measured; it fails where somebody who
does nothing wrong is not served. All runs over loopback, both ends on one machine.
"""

import asyncio
import contextlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import metrics
from pairs import Talk
from peer import Peer, receive_challenge
from relay import Relay, own_port
from wire import dial, eventually, fetch, is_hung_up, upgrade

UNLIMITED = (
    "--max-connections-per-address", "100000", "--max-unregistered", "100000",
    "--max-connections", "100000", "--registrations-per-second", "0",
    "--connections-per-second", "0",
    "--max-waiting-registrations", "100000",
)
FLOOD = ("--messages-per-second", "0", "--bytes-per-second", "0", "--max-outbound-bytes",
         str(64 << 20))
LOAD = pathlib.Path(__file__).resolve().parents[2] / "Benchmarks" / "relay" / "load.mjs"


def start(*options, **others):
    return Relay(
        "--admin-port", "0", *UNLIMITED, *options, log=subprocess.DEVNULL, **others)


def megabytes(relay):
    return metrics.value(relay.admin_url, "process_resident_memory_bytes") / 1e6


async def registration(url, peer=None):
    """Seconds that one good client needs to connect and register."""
    peer = peer or Peer()
    begin = time.perf_counter()
    async with peer.connect(url) as connection:
        assert await peer.register(connection)
        return time.perf_counter() - begin


def spread(seconds):
    """The middle and the slow end of some durations, as text."""
    ordered = sorted(seconds)
    middle, slow = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"p50 {middle * 1000:.0f} ms, p99 {slow * 1000:.0f} ms"


async def storm():
    """1,000 clients come at once."""
    peers = [Peer() for _ in range(1000)]
    with start() as relay:
        begin = time.perf_counter()
        taken = await asyncio.gather(*[registration(relay.url, peer) for peer in peers])
        return f"all verified after {time.perf_counter() - begin:.1f} s; {spread(taken)}"


async def restart():
    """300 clients that reconnect by themselves; the relay is killed five times under them."""
    first = start()
    port = str(first.port)
    verified, recoveries, relay = set(), [], first

    async def live(peer):
        while True:
            with contextlib.suppress(Exception):
                async with peer.connect(first.url) as connection:
                    if await peer.register(connection):
                        verified.add(peer)
                        try:
                            await connection.wait_closed()
                        finally:
                            verified.discard(peer)
            await asyncio.sleep(0.05 + 0.45 * hash(time.perf_counter_ns()) % 1000 / 1000)

    clients = [asyncio.create_task(live(Peer())) for _ in range(300)]

    async def whole():
        begin = time.perf_counter()
        while len(verified) < len(clients):
            assert time.perf_counter() - begin < 60, f"only {len(verified)} came back"
            await asyncio.sleep(0.01)
        return time.perf_counter() - begin

    await whole()
    for _ in range(5):
        relay.kill()
        while verified:
            await asyncio.sleep(0.01)
        relay = start("--port", port)
        recoveries.append(await whole())
    for client in clients:
        client.cancel()
    await asyncio.gather(*clients, return_exceptions=True)
    assert relay.stop() == 0
    return f"all back after {max(recoveries):.1f} s at the most"


async def kill():
    """20 pairs talk with `simpatico chat`; the relay is killed five times under them."""
    port = str(own_port())
    talk = Talk(lambda: start("--port", port), each_second=2)
    recoveries = []
    with tempfile.TemporaryDirectory() as folder:
        await talk.meet(pathlib.Path(folder), 20)
        async with talk.going_on():
            for _ in range(5):
                # After ten seconds a connection has settled: the next one is not waited for long.
                await asyncio.sleep(random.uniform(10, 12))
                await talk.kill_the_relay()
                begin = time.perf_counter()
                await talk.all_hear_more()
                recoveries.append(time.perf_counter() - begin)
        lost, doubled, misplaced = await talk.losses()
    assert lost == doubled == misplaced == 0, f"{lost} lost, {doubled} doubled, {misplaced} mixed"
    return (f"{talk.message_count:,} messages, {talk.kills} kills, {lost} lost, {doubled} doubled; "
            f"all hear one another {max(recoveries):.1f} s after a start at the latest; "
            f"longest gap {talk.longest_gap:.1f} s")


async def slow_heads():
    """2,000 connections that send their request byte by byte, while others register."""
    with start("--handshake-timeout", "5") as relay:
        slow = [dial(relay.url) for _ in range(2000)]
        taken, begin = [], time.perf_counter()
        while time.perf_counter() - begin < 4:
            for connection in slow:
                connection.sendall(b"X")
            taken.append(await registration(relay.url))
        assert all(is_hung_up(connection, 10) for connection in slow)
        cut = time.perf_counter() - begin
        return f"registrations meanwhile: {spread(taken)}; all cut after {cut:.1f} s"


async def silent():
    """1,000 WebSockets that never answer the challenge, while others register."""
    with start("--registration-timeout", "3") as relay:
        quiet = [upgrade(relay.url)[0] for _ in range(1000)]
        taken = [await registration(relay.url) for _ in range(50)]
        name = "simpatico_websockets"
        begin = time.perf_counter()
        # They do not answer the close frame either, so that takes another five seconds.
        assert await asyncio.to_thread(
            eventually, lambda: metrics.value(relay.admin_url, name) == 0, 20)
        for connection in quiet:
            connection.close()
        waited = time.perf_counter() - begin
        return f"registrations meanwhile: {spread(taken)}; none left {waited:.1f} s later"


async def churn():
    """20,000 connections that register or leave before they have, one after another."""
    with start("--retention", "1000") as relay:
        peers = [Peer() for _ in range(20)]

        async def some(peer, count):
            for number in range(count):
                if number % 10 == 0:
                    await registration(relay.url, peer)
                else:
                    connection, status = await asyncio.to_thread(upgrade, relay.url)
                    assert status == 101
                    connection.close()

        readings = []
        for _ in range(5):
            await asyncio.gather(*[some(peer, 200) for peer in peers])
            readings.append(megabytes(relay))
        nodes = metrics.value(relay.admin_url, "simpatico_retained_nodes")
        sizes = " ".join(f"{reading:.1f}" for reading in readings)
        assert readings[-1] < readings[0] * 1.3, f"memory grows: {sizes} MB"
        return f"resident every 4,000: {sizes} MB; {nodes:.0f} nodes in the tree"


async def idle():
    """2,000 verified connections that are idle."""
    with start() as relay:
        peers = [Peer() for _ in range(2000)]
        # What the first ones bring into memory is not theirs.
        await asyncio.gather(*[registration(relay.url, peer) for peer in peers[:200]])
        before = megabytes(relay)
        async with contextlib.AsyncExitStack() as stack:
            gate = asyncio.Semaphore(50)

            async def hold(peer):
                async with gate:
                    connection = await stack.enter_async_context(peer.connect(relay.url))
                    assert await peer.register(connection)

            await asyncio.gather(*[hold(peer) for peer in peers])
            each = (megabytes(relay) - before) * 1e6 / len(peers) / 1024
        return f"{each:.1f} KiB resident for each"


async def messages():
    """SOAK_MESSAGES (ten million) between 100 connections, as fast as it goes; every half a minute
    they are others."""
    wanted = int(os.environ.get("SOAK_MESSAGES", 10_000_000))
    count, readings = 0, []
    with start(*FLOOD) as relay:
        while count < wanted:
            load = await asyncio.create_subprocess_exec(
                "node", str(LOAD), "relay", str(relay.port), str(relay.process.pid), "100", "8",
                "512", "30", os.environ["BLAST"], stdout=subprocess.PIPE)
            # What the first seconds bring into memory stays; after that nothing may be added.
            await asyncio.sleep(20)
            readings.append(megabytes(relay))
            said, _ = await load.communicate()
            assert load.returncode == 0, "the load ended early"
            row = json.loads(said)
            assert row["lost"] == row["wrong"] == 0, row
            count += row["messages"]
        sizes = " ".join(f"{reading:.1f}" for reading in readings)
        assert readings[-1] < readings[0] * 1.05 + 1, f"memory grows: {sizes} MB"
        return f"{count:,} messages; resident {sizes} MB"


async def no_files():
    """A relay that may open 128 files, and 500 connections; then its files are free again."""
    with start(prefix=("prlimit", "--nofile=128:128")) as relay:
        peer = Peer()
        async with peer.connect(relay.url) as there:
            await receive_challenge(there)
            many = [dial(relay.url) for _ in range(500)]
            begin = time.perf_counter()
            assert await asyncio.wait_for(await there.ping(), 5) is not None
            answered = time.perf_counter() - begin
            begin = time.perf_counter()
            for path in ("/livez", "/readyz", "/metrics"):
                assert (await asyncio.to_thread(fetch, relay.admin_url, path))[0] == 200
            probed = time.perf_counter() - begin
            opened = metrics.value(relay.admin_url, "process_open_fds")
            for connection in many:
                connection.close()
        begin = time.perf_counter()
        await asyncio.wait_for(registration(relay.url), 30)
        again = time.perf_counter() - begin
        return (f"who is there is answered within {answered * 1000:.0f} ms; "
                f"the admin port three times within {probed * 1000:.0f} ms; "
                f"{opened:.0f} files are open; "
                f"the next is served {again:.1f} s after files are free")


async def farewell():
    """2,000 connections are asked to come back."""
    relay = start()
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(2000):
            await stack.enter_async_context(Peer().connect(relay.url))
        begin = time.perf_counter()
        assert await asyncio.to_thread(relay.stop) == 0
        return f"exit 0 after {time.perf_counter() - begin:.1f} s"


SCENARIOS = [
    storm, restart, kill, slow_heads, silent, churn, idle, messages, no_files, farewell,
]


def main(names):
    unknown = set(names) - {scenario.__name__ for scenario in SCENARIOS}
    if unknown:
        sys.exit(f"no such scenario: {', '.join(sorted(unknown))}")
    for scenario in SCENARIOS:
        if not names or scenario.__name__ in names:
            print(f"{scenario.__name__:>10}  {scenario.__doc__}", flush=True)
            print(f"{'':>10}  {asyncio.run(scenario())}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
