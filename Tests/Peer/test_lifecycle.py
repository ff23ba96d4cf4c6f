"""The end of a relay: it says so, asks everybody to come back, and is gone in time."""

import asyncio
import contextlib
import signal
import socket
import subprocess
import time

import pytest
import websockets

from peer import PATIENCE_SECONDS, Peer, receive_challenge
from relay import Relay, binary, own_environment
from wire import dial, eventually, fetch, is_hung_up, read_answer, upgrade

GOING_AWAY = 1001


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_relay_that_leaves_asks_to_come_back_and_ends_with_0(number):
    relay = Relay()
    async with Peer().connect(relay.url) as first, Peer().connect(relay.url) as second:
        await receive_challenge(first)
        start = time.monotonic()
        relay.signal(number)
        for connection in [first, second]:
            with pytest.raises(websockets.ConnectionClosed) as closed:
                while True:
                    await asyncio.wait_for(connection.recv(), PATIENCE_SECONDS)
            assert closed.value.rcvd.code == GOING_AWAY
            assert "reconnect" in closed.value.rcvd.reason
    assert relay.wait() == 0
    assert time.monotonic() - start < 3, "two connections need no long farewell"


async def test_a_relay_that_leaves_is_not_ready_while_it_still_serves():
    relay = Relay("--admin-port", "0", "--unready-seconds", "2")
    assert fetch(relay.admin_url, "/readyz")[0] == 200
    relay.signal(signal.SIGTERM)
    assert eventually(lambda: fetch(relay.admin_url, "/readyz")[0] == 503)
    assert fetch(relay.admin_url, "/readyz")[2] == b"draining\n"
    # Whoever has not heard of it yet is served, and it is alive.
    assert fetch(relay.url, "/healthz")[0] == 200
    assert fetch(relay.admin_url, "/livez")[0] == 200
    assert relay.wait() == 0


async def test_a_relay_that_leaves_takes_no_new_connections():
    relay = Relay("--drain-seconds", "10")
    # Enough connections that the farewell takes a while: five milliseconds each.
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(200):
            await stack.enter_async_context(Peer().connect(relay.url))
        relay.signal(signal.SIGTERM)

        def is_refused():
            with contextlib.suppress(ConnectionRefusedError):
                dial(relay.url).close()
                return False
            return True

        assert await asyncio.to_thread(eventually, is_refused, 5)
        assert relay.process.poll() is None, "it was gone before it had said farewell"
    assert await asyncio.to_thread(relay.wait) == 0


async def test_farewells_are_spread():
    relay = Relay()
    moments = []

    async def hold(connection):
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await connection.recv()
        assert connection.close_code == GOING_AWAY
        moments.append(time.monotonic())

    async with contextlib.AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(Peer().connect(relay.url)) for _ in range(200)
        ]
        holding = [asyncio.create_task(hold(connection)) for connection in connections]
        relay.signal(signal.SIGTERM)
        await asyncio.wait_for(asyncio.gather(*holding), PATIENCE_SECONDS)
    assert relay.wait() == 0
    # A second's worth at 200 a second; by chance alone it is never less than half of it.
    assert 0.5 < max(moments) - min(moments) < 4


async def test_who_does_not_say_goodbye_is_cut_at_the_deadline():
    relay = Relay("--shutdown-timeout", "1", "--drain-seconds", "0")
    silent, status = upgrade(relay.url)
    assert status == 101
    start = time.monotonic()
    relay.signal(signal.SIGTERM)
    assert relay.wait() == 0
    assert time.monotonic() - start < 4
    silent.close()


async def test_a_page_s_idle_connection_does_not_delay_the_end():
    relay = Relay()
    connection = dial(relay.url)
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n")
    assert read_answer(connection)[0] == 200
    start = time.monotonic()
    relay.signal(signal.SIGTERM)
    assert is_hung_up(connection)
    assert relay.wait() == 0
    assert time.monotonic() - start < 3


def failure(*options):
    """What a relay says that cannot start."""
    ended = subprocess.run(
        [binary(), "serve", *options], capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        env=own_environment())
    assert ended.returncode == 1
    assert "listening" not in ended.stdout
    return ended.stderr


def test_a_port_that_is_taken_is_named():
    with Relay() as relay:
        assert f"port {relay.port}" in failure("--port", str(relay.port))


def test_a_taken_port_of_metrics_ends_it_too():
    with Relay() as relay:
        assert "in use" in failure("--port", "0", "--admin-port", str(relay.port)).lower()


@pytest.fixture
def manager(tmp_path):
    """The socket of a service manager, and its path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        path = str(tmp_path / "notify")
        manager.bind(path)
        manager.settimeout(PATIENCE_SECONDS)
        yield manager, path


def test_a_service_manager_is_told_when_it_listens_and_when_it_leaves(manager):
    manager, path = manager
    with Relay(environment={"NOTIFY_SOCKET": path}) as relay:
        assert manager.recv(4096) == b"READY=1"
        assert fetch(relay.url, "/healthz")[0] == 200
        # From that word on a reload is a reload, and no end.
        relay.signal(signal.SIGHUP)
        assert fetch(relay.url, "/healthz")[0] == 200
        relay.signal(signal.SIGTERM)
        assert manager.recv(4096) == b"STOPPING=1"
        assert relay.wait() == 0


@pytest.mark.parametrize("name", ["/nothing/there", "@abstract"])
def test_a_service_manager_that_cannot_be_told_stops_no_relay(tmp_path, name):
    with open(tmp_path / "log", "w") as log:
        with Relay(environment={"NOTIFY_SOCKET": name}, log=log) as relay:
            assert fetch(relay.url, "/healthz")[0] == 200
            relay.signal(signal.SIGTERM)
            assert relay.wait() == 0
    assert (tmp_path / "log").read_text().count("the service manager is not told") == 2


def test_a_service_manager_that_does_not_read_stops_no_relay(tmp_path, manager):
    _, path = manager
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                other.sendto(b"X=1", path)
    with open(tmp_path / "log", "w") as log:
        with Relay(environment={"NOTIFY_SOCKET": path}, log=log) as relay:
            assert fetch(relay.url, "/healthz")[0] == 200
            relay.signal(signal.SIGTERM)
            assert relay.wait() == 0
    assert (tmp_path / "log").read_text().count("has not taken it within a second") == 2
