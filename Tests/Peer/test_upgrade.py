"""How a connection of HTTP becomes a WebSocket, byte by byte and without a library."""

import http.client
import socket
from urllib.parse import urlsplit

import pytest

from relay import Relay
from wire import upgrade

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
EMPTY_CLOSE = b"\x88\x80\x00\x00\x00\x00"


def connect(url):
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)


def test_a_connection_that_has_fetched_pages_becomes_a_websocket(url):
    connection = connect(url)
    for _ in range(3):
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.read()
    page_socket = connection.sock
    connection.request("GET", "/ws", headers=UPGRADE)
    assert connection.sock is page_socket, "this must be a later request of one connection"
    with page_socket.makefile("rb") as reader:
        assert reader.readline().startswith(b"HTTP/1.1 101 ")
        headers = http.client.parse_headers(reader)
        assert headers["Sec-WebSocket-Accept"] == ACCEPT
        page_socket.sendall(EMPTY_CLOSE)
        assert reader.read().endswith(b"\x88\x00")
    connection.close()


def test_a_page_and_an_upgrade_may_be_asked_for_at_once(url):
    parts = urlsplit(url)
    host = f"Host: {parts.netloc}\r\n"
    page = f"GET / HTTP/1.1\r\n{host}\r\n"
    headers = "".join(f"{name}: {value}\r\n" for name, value in UPGRADE.items())
    upgrade = f"GET /ws HTTP/1.1\r\n{host}{headers}\r\n"
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as both:
        both.sendall((page + upgrade).encode() + EMPTY_CLOSE)
        received = b""
        while piece := both.recv(65536):
            received += piece
    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 101 " in received
    assert received.endswith(b"\x88\x00")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-WebSocket-Version": "8"}, 426),
        ({"Sec-WebSocket-Key": "short"}, 400),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_a_later_request_is_checked_too(url, headers, status):
    connection = connect(url)
    connection.request("GET", "/")
    assert connection.getresponse().read()
    connection.request("GET", "/ws", headers=UPGRADE | headers)
    answer = connection.getresponse()
    assert answer.status == status
    if status == 426:
        assert answer.headers["Sec-WebSocket-Version"] == "13"
    connection.close()


def test_pages_of_the_relay_itself_may_connect(url):
    connection = connect(url)
    connection.request("GET", "/ws", headers=UPGRADE | {"Origin": url.rstrip("/")})
    assert connection.sock is not None
    with connection.sock.makefile("rb") as reader:
        assert reader.readline().startswith(b"HTTP/1.1 101 ")
    connection.close()


@pytest.mark.parametrize(
    ("options", "origin", "status"),
    [
        ((), None, 101),
        ((), "http://relay", 101),
        ((), "http://relay:81", 403),
        ((), "http://app.example", 403),
        ((), "null", 403),
        (("--allowed-origin", "https://app.example"), "https://app.example", 101),
        (("--allowed-origin", "https://app.example"), "http://relay", 101),
        (("--allowed-origin", "https://app.example"), "https://evil.example", 403),
        (("--allowed-origin", "*"), "https://evil.example", 101),
    ],
)
def test_pages_may_connect_to_their_own_relay_and_where_they_are_named(options, origin, status):
    with Relay(*options) as relay:
        connection, answered = upgrade(relay.url, f"Origin: {origin}\r\n" if origin else "")
        assert answered == status
        connection.close()
