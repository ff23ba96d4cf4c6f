"""Limits: each answers which one it is, is counted, and harms nobody who keeps it."""

import asyncio
import contextlib
import json
import os
import signal
import ssl
import time

import pytest
import websockets

import metrics
from peer import PATIENCE_SECONDS, Peer, assert_served, compact
from relay import Relay
from talker import talker
from wire import UPGRADE, ask, dial, eventually, fetch, is_hung_up, read_answer, upgrade

# The proxy that the relay trusts is us; each client is who we say.
PROXIED = ("--admin-port", "0", "--trusted-proxy", "127.0.0.1")
LOOK_UP = compact({"handler": "invite3", "publicKeySig": "A" * 43})


def from_address(address):
    return f"X-Forwarded-For: {address}\r\n"


async def test_connections_in_all():
    with Relay("--admin-port", "0", "--max-connections", "3") as relay:
        gauge = "simpatico_connections"
        async with talker(relay.url) as alice, talker(relay.url) as bob:
            held = dial(relay.url)
            assert eventually(lambda: metrics.value(relay.admin_url, gauge) == 3)
            status, headers, body = ask(relay.url, "GET / HTTP/1.1\r\nHost: relay\r\n\r\n")
            assert status == 503 and headers["retry-after"] == "10"
            assert body == b"this relay has as many connections as it takes; try again later\n"
            assert "content-security-policy" in headers
            connection, status = upgrade(relay.url)
            assert status == 503
            connection.close()
            assert metrics.reached(relay.admin_url, "connections") == 2
            # Those who were there before talk on while others are refused.
            for speaker, hearer in [(alice, bob), (bob, alice)] * 5:
                with dial(relay.url):
                    await speaker.say(speaker.envelope(hearer.peer.fingerprint, "ab" * 32))
                    assert (await hearer.hear("acceptEnvelop"))["box"] == "ab" * 32
            assert eventually(lambda: metrics.reached(relay.admin_url, "connections") == 12)
            held.close()
        assert eventually(lambda: metrics.value(relay.admin_url, gauge) == 0)
        await assert_served(relay.url)


async def test_far_too_many_connections_are_closed_without_a_word():
    with Relay("--admin-port", "0", "--max-connections", "1") as relay:
        # As many as are told why wait for their first request, so that later ones are dropped.
        held = [dial(relay.url) for _ in range(65)]
        assert eventually(lambda: metrics.value(relay.admin_url, "simpatico_connections") == 65)
        with dial(relay.url) as connection:
            connection.settimeout(PATIENCE_SECONDS)
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(1) == b""
        assert metrics.value(relay.admin_url, "simpatico_connections") == 65
        # All but the first were one too many, whether there was a word for them or not.
        assert metrics.reached(relay.admin_url, "connections") == 65
        for connection in held:
            connection.close()


async def test_connections_of_one_address():
    with Relay(*PROXIED, "--max-connections-per-address", "2") as relay:
        held = [upgrade(relay.url, from_address("192.0.2.1")) for _ in range(2)]
        assert [status for _, status in held] == [101, 101]
        status, _, body = ask(relay.url, UPGRADE.format(more=from_address("192.0.2.1")))
        assert (status, body) == (429, b"too many connections from one address\n")
        assert metrics.reached(relay.admin_url, "connections_per_address") == 1
        # Another address is another client, and so is another network of IPv6.
        for address in ["192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"]:
            connection, status = upgrade(relay.url, from_address(address))
            assert status == 101
            held.append((connection, status))
        for connection, _ in held:
            connection.close()
        assert eventually(lambda: metrics.value(relay.admin_url, "simpatico_addresses") == 0)
        await assert_served(relay.url)


async def test_one_customer_of_ipv6_is_one_address():
    with Relay(*PROXIED, "--max-connections-per-address", "2") as relay:
        held = [
            upgrade(relay.url, from_address(f"2001:db8::{number}:1")) for number in range(3)
        ]
        assert [status for _, status in held] == [101, 101, 429]
        for connection, _ in held:
            connection.close()


async def test_an_address_that_a_client_invents_is_not_believed():
    # Nobody is trusted, so all of these come from one address, whatever they say.
    with Relay("--admin-port", "0", "--max-connections-per-address", "2") as relay:
        held = [upgrade(relay.url, from_address(f"192.0.2.{n}")) for n in range(3)]
        assert [status for _, status in held] == [101, 101, 429]
        for connection, _ in held:
            connection.close()


async def test_only_what_the_trusted_proxy_appended_is_believed():
    with Relay(*PROXIED, "--max-connections-per-address", "2") as relay:
        # The proxy appends whom it saw; what stands before it came from the client.
        held = [
            upgrade(relay.url, from_address(f"198.51.100.{n}, 192.0.2.1")) for n in range(3)
        ]
        assert [status for _, status in held] == [101, 101, 429]
        for connection, _ in held:
            connection.close()


async def test_the_other_header_is_believed_only_where_it_is_named():
    with Relay(
        *PROXIED, "--max-connections-per-address", "1", "--forwarded-header", "forwarded"
    ) as relay:
        held = [
            upgrade(relay.url, f'Forwarded: for=198.51.100.9, for="{node}";proto=https\r\n')
            for node in ["192.0.2.1", "192.0.2.1:4711", "[2001:db8::1]:4711", "[2001:db8::2]"]
        ]
        assert [status for _, status in held] == [101, 429, 101, 429]
        # The header that the proxy does not write says nothing.
        more = "X-Forwarded-For: 192.0.2.77\r\nForwarded: for=192.0.2.1\r\n"
        connection, status = upgrade(relay.url, more)
        assert status == 429
        for connection, _ in [*held, (connection, status)]:
            connection.close()


async def test_connections_that_come_in_a_second():
    with Relay("--admin-port", "0", "--connections-per-second", "2") as relay:
        peer = Peer()
        async with peer.connect(relay.url) as there:
            assert await peer.register(there)
            answers = [ask(relay.url, PAGE.format(more="")) for _ in range(8)]
            statuses = [status for status, _, _ in answers]
            refused = statuses.count(503)
            assert statuses == [200] * (8 - refused) + [503] * refused and refused >= 3
            assert answers[-1][2] == b"too many new connections at once; try again later\n"
            assert metrics.reached(relay.admin_url, "connections_per_second") == refused
            # Who is there does not notice, and the rate is earned anew.
            await there.send('{"handler":"ping","t1":2}')
            assert '"pong"' in await asyncio.wait_for(there.recv(), PATIENCE_SECONDS)
        await asyncio.sleep(1)
        await assert_served(relay.url)


def test_of_too_many_that_begin_with_tls_nobody_has_a_handshake():
    options = ("--self-signed", "--admin-port", "0", "--connections-per-second", "2")
    with Relay(*options) as relay:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        served = 0
        for _ in range(8):
            with contextlib.suppress(OSError):
                served += fetch(relay.url, "/healthz", context=context)[0] == 200
        assert 4 <= served < 8
        assert metrics.reached(relay.admin_url, "connections_per_second") == 8 - served
        assert metrics.value(relay.admin_url, "simpatico_tls_handshake_failures_total") == 0


async def test_connections_that_have_not_registered():
    with Relay("--admin-port", "0", "--max-unregistered", "2") as relay:
        peer = Peer()
        async with peer.connect(relay.url) as registered:
            assert await peer.register(registered)
            held = [upgrade(relay.url) for _ in range(3)]
            assert [status for _, status in held] == [101, 101, 503]
            assert metrics.reached(relay.admin_url, "unregistered_connections") == 1
            held[0][0].close()
            name = "simpatico_unregistered_connections"
            assert eventually(lambda: metrics.value(relay.admin_url, name) == 1)
            await assert_served(relay.url)
            for connection, _ in held:
                connection.close()


async def end_after(connection, text, count):
    """Sends a text so often, as fast as it goes, and returns how the relay closes."""
    with contextlib.suppress(websockets.ConnectionClosed):
        for _ in range(count):
            await connection.send(text)
    with pytest.raises(websockets.ConnectionClosed) as closed:
        while True:
            await asyncio.wait_for(connection.recv(), PATIENCE_SECONDS)
    assert closed.value.rcvd is not None, "the relay vanished without a close frame"
    return closed.value.rcvd.code, closed.value.rcvd.reason


@pytest.mark.parametrize(
    ("options", "text", "limit", "end"),
    [
        (("--messages-per-second", "5"), '{"handler":"ping","t1":1}', "messages",
         (4012, "too many messages in a second")),
        (("--bytes-per-second", "32768", "--messages-per-second", "0"),
         '{"handler":"ping","t1":1}' + " " * 4000, "bytes",
         (4013, "too many bytes in a second")),
        (("--look-ups-per-second", "2"),
         LOOK_UP, "look_ups",
         (4014, "too many look-ups in a second")),
    ],
)
async def test_rates_of_one_connection(options, text, limit, end):
    with Relay("--admin-port", "0", *options) as relay:
        peer, other = Peer(), Peer()
        async with other.connect(relay.url) as bystander, peer.connect(relay.url) as connection:
            assert await other.register(bystander)
            assert await peer.register(connection)
            assert await end_after(connection, text, 50) == end
            assert metrics.reached(relay.admin_url, limit) == 1
            # Whoever keeps the rate is served as before.
            await bystander.send('{"handler":"ping","t1":2}')
            assert '"pong"' in await asyncio.wait_for(bystander.recv(), PATIENCE_SECONDS)
        await assert_served(relay.url)


async def answers(connection, count):
    """Sends so many look-ups at once; how many are answered before the relay closes."""
    answered = 0
    with contextlib.suppress(websockets.ConnectionClosed):
        for _ in range(count):
            await connection.send(LOOK_UP)
    with contextlib.suppress(websockets.ConnectionClosed):
        for _ in range(count):
            await asyncio.wait_for(connection.recv(), PATIENCE_SECONDS)
            answered += 1
    return answered


async def test_of_many_look_ups_at_once_one_too_many_is_answered():
    with Relay("--look-ups-per-second", "2") as relay:
        peer = Peer()
        async with peer.connect(relay.url) as connection:
            assert await peer.register(connection)
            begin = time.monotonic()
            count = await answers(connection, 300)
            assert connection.close_code == 4014
        assert 5 <= count <= 5 + 2 * (time.monotonic() - begin)


async def test_who_connects_anew_with_the_same_key_goes_on_where_they_were():
    with Relay("--admin-port", "0", "--look-ups-per-second", "2") as relay:
        peer, answered = Peer(), 0
        begin = time.monotonic()
        for _ in range(10):
            async with peer.connect(relay.url) as connection:
                assert await peer.register(connection)
                answered += await answers(connection, 4)
        # One too many is answered, too, before each end.
        assert 4 <= answered <= 4 + 2 * (time.monotonic() - begin) + 10
        assert metrics.reached(relay.admin_url, "look_ups") >= 1


@pytest.mark.parametrize(
    ("options", "end"),
    [(("--messages-per-second", "20"), (4012, "too many messages in a second")),
     (("--messages-per-second", "0", "--bytes-per-second", "32768"),
      (4013, "too many bytes in a second"))],
)
@pytest.mark.parametrize("kind", ["ping", "pong"])
async def test_a_flood_of_pings_or_pongs_counts_as_one_of_messages(options, end, kind):
    with Relay("--admin-port", "0", *options) as relay:
        peer = Peer()
        async with peer.connect(relay.url) as connection:
            assert await peer.register(connection)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                for _ in range(5_000):
                    await getattr(connection, kind)(os.urandom(100))
                await asyncio.wait_for(connection.recv(), PATIENCE_SECONDS)
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == end
        await assert_served(relay.url)


async def test_who_goes_on_sending_after_the_close_is_not_read():
    with Relay("--admin-port", "0") as relay:
        connection, status = upgrade(relay.url)
        assert status == 101
        connection.settimeout(1)
        pings = (b"\x89\xfd" + bytes(4) + bytes(125)) * 1000
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 200 << 20:
                sent += connection.send(pings)
        # Both systems' buffers take some megabytes.
        assert sent < 32 << 20
        assert metrics.reached(relay.admin_url, "messages") == 1
        await assert_served(relay.url)
        gauge = "simpatico_websockets"
        assert await asyncio.to_thread(
            eventually, lambda: metrics.value(relay.admin_url, gauge) == 0)
        connection.close()


async def test_what_keeps_the_rates_is_never_cut():
    with Relay("--messages-per-second", "20", "--look-ups-per-second", "20") as relay:
        peer = Peer()
        async with peer.connect(relay.url) as connection:
            assert await peer.register(connection)
            for _ in range(50):
                await connection.send('{"handler":"ping","t1":2}')
                assert '"pong"' in await asyncio.wait_for(connection.recv(), PATIENCE_SECONDS)
                await asyncio.sleep(0.06)


async def test_limits_are_read_again(tmp_path):
    config = tmp_path / "relay.json"
    config.write_text(json.dumps({"max-unregistered": 1}))
    with Relay("--admin-port", "0", "--config", str(config)) as relay:
        first, status = upgrade(relay.url)
        second, other_status = upgrade(relay.url)
        assert (status, other_status) == (101, 503)
        config.write_text(json.dumps({"max-unregistered": 5}))
        relay.signal(signal.SIGHUP)

        def is_welcome():
            connection, status = upgrade(relay.url)
            connection.close()
            return status == 101

        assert await asyncio.to_thread(eventually, is_welcome)
        # What is nonsense changes nothing.
        config.write_text('{"max-unregistered": "many"}')
        relay.signal(signal.SIGHUP)
        await asyncio.sleep(0.5)
        assert is_welcome()
        # Who was there has stayed.
        first.settimeout(0.1)
        assert b"register2" in first.recv(4096)
        first.close()
        second.close()


def test_a_request_with_a_body_is_refused(url):
    text = "POST / HTTP/1.1\r\nHost: relay\r\nContent-Length: 1000000\r\n\r\n"
    status, headers, body = ask(url, text)
    assert (status, body) == (413, b"no request here has a body\n")
    assert headers["connection"] == "close"


def ask_again(connection, text):
    connection.sendall(text.encode())
    return read_answer(connection)


PAGE = "GET /healthz HTTP/1.1\r\nHost: relay\r\n{more}\r\n"


def test_a_connection_that_fetched_pages_is_counted_anew_when_it_becomes_a_websocket():
    with Relay("--admin-port", "0", "--max-unregistered", "1") as relay:
        held = [dial(relay.url) for _ in range(3)]
        unregistered = "simpatico_unregistered_connections"
        for connection in held:
            assert ask_again(connection, PAGE.format(more=""))[0] == 200
        assert metrics.value(relay.admin_url, unregistered) == 0
        # Of the two that ask for more, one is one too many; who fetches pages is served on.
        assert ask_again(held[0], UPGRADE.format(more=""))[0] == 101
        assert metrics.value(relay.admin_url, unregistered) == 1
        status, headers, body = ask_again(held[1], UPGRADE.format(more=""))
        assert (status, headers["retry-after"]) == (503, "10")
        assert b"have not registered" in body and is_hung_up(held[1])
        assert metrics.reached(relay.admin_url, "unregistered_connections") == 1
        assert ask_again(held[2], PAGE.format(more=""))[0] == 200
        for connection in held:
            connection.close()
        assert eventually(lambda: metrics.value(relay.admin_url, unregistered) == 0)
        assert eventually(lambda: metrics.value(relay.admin_url, "simpatico_connections") == 0)


def test_a_proxys_connection_counts_for_the_client_whose_websocket_it_becomes():
    with Relay(*PROXIED, "--max-connections-per-address", "1") as relay:
        held = [dial(relay.url) for _ in range(3)]
        for number, connection in enumerate(held):
            more = from_address(f"198.51.100.{number}")
            assert ask_again(connection, PAGE.format(more=more))[0] == 200
        assert metrics.value(relay.admin_url, "simpatico_addresses") == 0
        clients = ["192.0.2.1", "192.0.2.1", "192.0.2.2"]
        answers = [
            ask_again(connection, UPGRADE.format(more=from_address(client)))[0]
            for connection, client in zip(held, clients)
        ]
        assert answers == [101, 429, 101]
        assert metrics.value(relay.admin_url, "simpatico_addresses") == 2
        for connection in held:
            connection.close()
        assert eventually(lambda: metrics.value(relay.admin_url, "simpatico_addresses") == 0)


def test_what_is_refused_waits_for_the_answers_to_what_came_before(url):
    both = PAGE.format(more="") + PAGE.format(more="Content-Length: 5\r\n")
    with dial(url) as connection:
        connection.sendall(both.encode())
        assert read_answer(connection)[0] == 200
        assert read_answer(connection)[0] == 413
        assert is_hung_up(connection)


def test_another_spelling_of_the_path_is_counted_all_the_same():
    with Relay("--admin-port", "0", "--max-unregistered", "1") as relay:
        spelled = UPGRADE.replace("GET /ws ", "GET http://relay/ws?again ")
        held = [dial(relay.url) for _ in range(2)]
        answers = [ask_again(connection, spelled.format(more=""))[0] for connection in held]
        assert answers == [101, 503]
        for connection in held:
            connection.close()
