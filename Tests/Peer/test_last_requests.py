"""How connections of plain HTTP end: byte by byte, on all of the relay's ports."""

import contextlib
import socket
import time

import pytest

import metrics
from relay import Relay
from test_tls import options, write_certificate
from wire import UPGRADE, ask, dial, eventually, fetch, is_hung_up, read_answer, upgrade

PAGE = "GET /healthz HTTP/1.1\r\nHost: relay\r\n{more}\r\n"
OTHER_PROTOCOL = "Connection: Upgrade, keep-alive\r\nUpgrade: h2c\r\n"
WITHOUT_A_WEBSOCKET = [
    PAGE.format(more=OTHER_PROTOCOL),
    "CONNECT relay:443 HTTP/1.1\r\nHost: relay\r\n\r\n",
    UPGRADE.replace("Version: 13", "Version: 8").format(more=""),
    UPGRADE.format(more="Origin: https://elsewhere.example\r\n"),
]


@pytest.fixture(scope="module")
def ports(tmp_path_factory):
    """A relay with all its ports."""
    folder = tmp_path_factory.mktemp("tls")
    write_certificate(folder, "first")
    with Relay(*options(folder), "--redirect-port", "0", "--admin-port", "0") as relay:
        yield relay


@pytest.fixture(scope="module")
def watched():
    with Relay("--admin-port", "0") as relay:
        yield relay


@pytest.mark.parametrize("request_text", WITHOUT_A_WEBSOCKET)
@pytest.mark.parametrize("port", ["url", "redirect_url", "admin_url"])
def test_what_comes_behind_a_request_for_another_protocol_is_not_kept(
    watched, ports, port, request_text
):
    relay = ports if port == "redirect_url" else watched
    with dial(getattr(relay, port)) as connection:
        connection.sendall(request_text.encode())
        assert read_answer(connection)[0] < 500
        before = metrics.value(relay.admin_url, "process_resident_memory_bytes")
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 64 << 20:
                sent += connection.send(b"x" * 65_536)
        after = metrics.value(relay.admin_url, "process_resident_memory_bytes")
    assert after - before < 8 << 20, f"{sent} bytes were sent"


def test_who_sends_on_behind_garbage_still_reads_why_it_is_refused(url):
    with dial(url) as connection:
        for _ in range(20):
            connection.sendall(b"X")
        status, _, body = read_answer(connection)
        assert status == 400 and body
        # Not for ever.
        with pytest.raises(ConnectionError):
            while True:
                connection.sendall(b"x" * 65_536)


@pytest.mark.parametrize(
    "text",
    [
        PAGE.format(more="Connection: close\r\n"),
        PAGE.format(more=OTHER_PROTOCOL),
        "GET /healthz HTTP/1.0\r\n\r\n",
        "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ],
)
def test_a_last_request_is_answered_as_such_and_nothing_behind_it(url, text):
    with dial(url) as connection:
        connection.sendall((PAGE.format(more="") + text + PAGE.format(more="") * 2).encode())
        assert "connection" not in read_answer(connection)[1]
        status, headers, body = read_answer(connection)
        assert (status, headers["connection"], body) == (200, "close", b"ok\n")
        connection.settimeout(5)
        assert connection.recv(1) == b""


def received(connection):
    """All that comes until the end, in bytes."""
    count = 0
    while piece := connection.recv(1 << 20):
        # Only the last answer says this.
        count += len(piece.replace(b"Connection: close\r\n", b""))
    return count


WASM = "GET /lab/simpatico.wasm HTTP/{version}\r\nHost: relay\r\n{more}\r\n"


@pytest.mark.parametrize("version", ["1.1", "1.0"])
@pytest.mark.parametrize("is_half_closed", [True, False])
def test_who_reads_late_gets_every_answer_whole(url, version, is_half_closed):
    """More than both systems' buffers hold, and the last one not to be waited for."""
    last = WASM.format(version=version, more="" if version == "1.0" else "Connection: close\r\n")
    with dial(url) as connection:
        connection.sendall(last.encode())
        size = received(connection)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 12)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", int(url.rsplit(":", 1)[1])))
        connection.sendall(WASM.format(version="1.1", more="").encode() * 5 + last.encode())
        if is_half_closed:
            connection.shutdown(socket.SHUT_WR)
        time.sleep(0.5)
        assert received(connection) == 6 * size


@pytest.mark.parametrize(
    "more", ["Connection: close\r\n", OTHER_PROTOCOL], ids=["close", "another protocol"])
def test_what_comes_behind_the_last_request_does_not_destroy_its_answer(url, more):
    """Closing with bytes unread would be a reset, which takes what is under way with it."""
    with dial(url) as connection:
        connection.sendall(WASM.format(version="1.1", more=more).encode())
        whole = read_answer(connection)[2]
    for _ in range(5):
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
            connection.settimeout(20)
            connection.connect(("127.0.0.1", int(url.rsplit(":", 1)[1])))
            connection.sendall(WASM.format(version="1.1", more=more).encode())
            for _ in range(20):
                connection.sendall(b"x" * 1000)
                time.sleep(0.005)
            assert read_answer(connection)[2] == whole


def test_answers_that_nobody_reads_take_little_memory(watched):
    before = metrics.value(watched.admin_url, "process_resident_memory_bytes")
    unread = [dial(watched.url) for _ in range(50)]
    for connection in unread:
        connection.sendall(b"GET /a HTTP/1.1\r\nHost:a\r\n\r\n" * 2300)
    time.sleep(1)
    after = metrics.value(watched.admin_url, "process_resident_memory_bytes")
    assert after - before < 50 * (256 << 10)
    for connection in unread:
        answers = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(1 << 20):
                answers += piece
        # A first read is short, so that its requests are answered before the others come.
        assert 100 <= answers.count(b"HTTP/1.1 404 ") < 110
        assert b"HTTP/1.1 429 " in answers
        connection.close()


def test_an_end_that_comes_with_the_request_leaves_nothing_behind(watched):
    def grown():
        before = metrics.value(watched.admin_url, "process_resident_memory_bytes")
        for _ in range(2000):
            with dial(watched.url) as connection:
                connection.sendall(UPGRADE.format(more="").encode() + b"\x88\x80" + bytes(4))
                connection.shutdown(socket.SHUT_WR)
                received(connection)
        return metrics.value(watched.admin_url, "process_resident_memory_bytes") - before

    grown()
    assert grown() < 2000 * 300, "bytes of 2,000 connections stay"


def test_frames_and_the_end_may_come_with_the_request(url):
    frames = {
        b"\x83\x80\x00\x00\x00\x00": b"\x88", b"\x88\x80\x00\x00\x00\x00": b"\x88\x00",
        b"\x81\x81\x00\x00\x00\x00\xff": b"\x03\xef",
    }
    for frame, end in frames.items():
        with dial(url) as connection:
            connection.sendall(UPGRADE.format(more="").encode() + frame)
            connection.shutdown(socket.SHUT_WR)
            assert read_answer(connection)[0] == 101
            received = b""
            while piece := connection.recv(65_536):
                received += piece
        assert end in received, frame


@pytest.mark.parametrize(
    ("broken", "status"),
    [("NONSENSE\r\n\r\n", 400), ("GET / HTTP/1.1\r\nX: " + "x" * 40_000, 431),
     ("GET / HTTP/2.0\r\n\r\n", 505)],
)
def test_a_later_request_that_is_broken_is_refused_like_a_first_one(url, broken, status):
    first = ask(url, broken)
    assert first[0] == status and first[2]
    with dial(url) as connection:
        connection.sendall((PAGE.format(more="") * 3 + broken).encode())
        connection.shutdown(socket.SHUT_WR)
        for _ in range(3):
            assert read_answer(connection)[0] == 200
        again = read_answer(connection)
        assert (again[0], again[2]) == (first[0], first[2])
        assert connection.recv(1) == b""


def test_all_answers_come_before_a_refusal_even_to_who_sends_no_more(url):
    with dial(url) as connection:
        connection.sendall((PAGE.format(more="") + "GET /ws HTTP/1.1\r\nHost: a\r\n\r\n").encode())
        connection.shutdown(socket.SHUT_WR)
        assert [read_answer(connection)[0] for _ in range(2)] == [200, 426]
        assert connection.recv(1) == b""


def test_a_request_that_does_not_come_is_told_so_and_counted():
    with Relay("--admin-port", "0", "--handshake-timeout", "1") as relay:
        with dial(relay.url) as begun, dial(relay.url) as silent:
            begun.sendall(b"GET / HTTP/1.1\r\nHo")
            status, headers, body = read_answer(begun)
            assert (status, headers["connection"]) == (408, "close")
            assert b"in time" in body
            assert is_hung_up(silent)
            assert metrics.reached(relay.admin_url, "handshake") == 2
            counted = metrics.value(
                relay.admin_url, "simpatico_http_responses_total", status="408")
            assert counted == 1


def test_who_may_not_have_a_websocket_takes_no_place():
    with Relay("--admin-port", "0", "--max-unregistered", "1") as relay:
        refused = [
            dial(relay.url), *(dial(relay.url) for _ in WITHOUT_A_WEBSOCKET)]
        for connection, text in zip(
            refused, ["GET /ws HTTP/1.1\r\nHost: relay\r\n\r\n", *WITHOUT_A_WEBSOCKET]
        ):
            connection.sendall(text.encode())
            assert read_answer(connection)[0] in (200, 403, 404, 426)
        gauge = "simpatico_unregistered_connections"
        assert metrics.value(relay.admin_url, gauge) == 0
        connection, status = upgrade(relay.url)
        assert status == 101
        for each in [*refused, connection]:
            each.close()


@pytest.mark.parametrize("path", ["/ws", "/nothing", "/"])
def test_an_answer_to_head_has_no_body(url, path):
    with dial(url) as connection:
        text = f"HEAD {path} HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n"
        connection.sendall(text.encode())
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    assert received.count(b"\r\n\r\n") == 1 and received.endswith(b"\r\n\r\n")


def test_what_is_not_there_is_said_in_words(url):
    assert fetch(url, "/nothing")[::2] == (404, b"There is nothing here.\n")
    status, headers, body = fetch(url, "/", method="DELETE")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")
    assert body == b"Only GET and HEAD are answered here.\n"


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "/a"),
        ("PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", "/a"),
        ("GET http://a/x?y HTTP/1.1\r\nHost: b\r\n\r\n", "/x?y"),
        ("GET http://a HTTP/1.1\r\nHost: b\r\n\r\n", "/"),
        ("GET /ws HTTP/1.0\r\nHost: a_b\r\n\r\n", "/ws"),
    ],
)
def test_every_request_by_http_is_sent_to_https(ports, text, target):
    status, headers, body = ask(ports.redirect_url, text)
    host = "a_b" if "a_b" in text else "a"
    port = ports.url.rsplit(":", 1)[1]
    assert (status, headers["location"]) == (308, f"https://{host}:{port}{target}")
    assert headers["location"].encode() in body


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("NONSENSE\r\n\r\n", 400),
     ("GET / HTTP/1.1\r\nHost: a..b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n", 400),
     ("GET / HTTP/1.1\r\nX: " + "x" * 100_000, 431)],
)
def test_what_cannot_be_sent_to_https_is_told_why(ports, text, wanted):
    def counted():
        return metrics.value(
            ports.admin_url, "simpatico_http_responses_total", status=str(wanted))

    before = counted()
    status, headers, body = ask(ports.redirect_url, text)
    assert status == wanted and body and "location" not in headers
    assert eventually(lambda: counted() == before + 1)
