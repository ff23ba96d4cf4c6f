"""The relay's plain HTTP: its health, its pages, and the headers that keep them private."""

import http.client
import urllib.error
import urllib.request

import pytest


def fetch(url, path, headers=None, method="GET"):
    """The status, headers and body of an answer, whatever the status."""
    request = urllib.request.Request(url + path, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_the_relay_says_that_it_is_well(url):
    status, _, body = fetch(url, "/healthz")
    assert (status, body) == (200, b"ok\n")


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing", "/lab/main.js"])
def test_every_answer_carries_the_privacy_headers(url, path):
    _, headers, _ = fetch(url, path)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Set-Cookie"] is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/lab/main.js", "text/javascript; charset=utf-8"),
        ("/lab/lab.css", "text/css; charset=utf-8"),
        ("/lab/simpatico.wasm", "application/wasm"),
    ],
)
def test_a_file_has_its_type_and_is_not_sent_again(url, path, kind):
    status, headers, body = fetch(url, path)
    assert status == 200 and headers["Content-Type"] == kind and body
    again, _, rest = fetch(url, path, {"If-None-Match": headers["ETag"]})
    assert (again, rest) == (304, b"")
    head, headers, rest = fetch(url, path, method="HEAD")
    assert (head, rest, int(headers["Content-Length"])) == (200, b"", len(body))


@pytest.mark.parametrize(
    "path", ["/../Package.swift", "/lab/%2e%2e/index.html", "/lab/", "/.gitkeep"]
)
def test_only_the_files_of_the_page_are_served(url, path):
    assert fetch(url, path)[0] == 404


def test_the_socket_s_path_wants_an_upgrade(url):
    status, headers, _ = fetch(url, "/ws")
    assert status == 426 and headers["Upgrade"] == "websocket"


def test_another_version_of_the_protocol_is_told_the_right_one(url):
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version": "12",
    }
    host, port = url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request("GET", "/ws", headers=handshake)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Sec-WebSocket-Version")) == (426, "13")
    connection.close()
