"""Bytes to and from a relay without a library in between, for what libraries never say."""

import contextlib
import socket
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE_SECONDS = 20

UPGRADE = (
    "GET /ws HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)


def dial(url):
    """An open TCP connection to the host and port of a URL."""
    parts = urllib.parse.urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_SECONDS)


def read_answer(connection):
    """The status, the headers with names in lower case, and the body of one answer.

    Nothing behind the answer is taken from the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        assert byte, f"the relay hung up after {head!r}"
        head += byte
    first, *lines = head.decode().split("\r\n")[:-2]
    headers = dict(line.split(": ", 1) for line in lines)
    headers = {name.lower(): value for name, value in headers.items()}
    body = b""
    length = int(headers.get("content-length", 0))
    while len(body) < length:
        part = connection.recv(length - len(body))
        assert part, f"the relay hung up within the body {body!r}"
        body += part
    return int(first.split(" ")[1]), headers, body


def ask(url, text):
    """Sends a text on a new connection, and returns its answer."""
    with dial(url) as connection:
        connection.sendall(text.encode())
        return read_answer(connection)


def upgrade(url, more=""):
    """A connection that has asked to become a WebSocket, and the status that it got."""
    connection = dial(url)
    connection.sendall(UPGRADE.format(more=more).encode())
    return connection, read_answer(connection)[0]


def fetch(url, path="", headers=None, method="GET", context=None):
    """The status, headers and body of an answer, whatever the status."""
    request = urllib.request.Request(url + path, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS, context=context) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def is_hung_up(connection, seconds=PATIENCE_SECONDS):
    """Whether the relay ends the connection within some time, whatever it says before."""
    connection.settimeout(seconds)
    end = time.monotonic() + seconds
    with contextlib.suppress(ConnectionError):
        while time.monotonic() < end:
            try:
                if not connection.recv(65_536):
                    return True
            except TimeoutError:
                return False
        return False
    return True


def eventually(condition, seconds=PATIENCE_SECONDS):
    """Whether a condition comes true within some time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
