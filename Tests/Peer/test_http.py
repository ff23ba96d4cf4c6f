"""The relay's plain HTTP: its health, its pages, and the headers that keep them private."""

import gzip
import http.client
import re
import subprocess

import pytest

from wire import ask, dial, fetch, read_answer


def test_the_relay_says_that_it_is_well(url):
    status, _, body = fetch(url, "/healthz")
    assert (status, body) == (200, b"ok\n")


def raw(first_line, *lines):
    """The text of a request."""
    return "\r\n".join([first_line, "Host: relay", *lines, "", ""])


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (200, raw("GET / HTTP/1.1")), (200, raw("HEAD / HTTP/1.1")),
        (200, raw("GET /healthz HTTP/1.1")), (404, raw("GET /nothing HTTP/1.1")),
        (405, raw("POST / HTTP/1.1")), (404, raw("POST /nothing HTTP/1.1")),
        (413, raw("PUT / HTTP/1.1", "Content-Length: 3")),
        (426, raw("GET /ws HTTP/1.1")), (405, raw("POST /ws HTTP/1.1")),
        (400, raw("GET /ws HTTP/1.1", "Upgrade: websocket")),
        (400, "this is no HTTP\r\n\r\n"), (431, raw("GET / HTTP/1.1", "X: " + "x" * 20_000)),
    ],
)
def test_every_answer_carries_the_privacy_headers(url, status, text):
    with dial(url) as connection:
        connection.sendall(text.encode())
        if text.startswith("HEAD"):
            connection.settimeout(5)
            head = connection.recv(65_536).decode()
            answered, headers = int(head.split(" ")[1]), dict(
                line.split(": ", 1) for line in head.lower().split("\r\n")[1:-2])
        else:
            answered, headers, _ = read_answer(connection)
    assert answered == status
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["date"].lower().endswith(" gmt")
    assert "set-cookie" not in headers and "server" not in headers
    assert "strict-transport-security" not in headers


def test_what_governs_documents_and_workers_comes_with_all_that_may_be_one(url):
    def headers(path):
        status, found, _ = fetch(url, path)
        assert status == 200
        assert found["X-Content-Type-Options"] == "nosniff"
        assert found["Cross-Origin-Resource-Policy"] == "same-origin"
        assert found["Referrer-Policy"] == "no-referrer"
        return found

    page = fetch(url, "/")[2].decode()
    names = dict.fromkeys(re.findall(r'"(/v/[^"]+\.(js|css|svg))"', page))
    assert {kind for _, kind in names} == {"js", "css", "svg"}
    for path, kind in names:
        assert ("Content-Security-Policy" in headers(path)) == (kind == "svg")
    for path in ("/", "/chat", "/chat-worker.js", "/lab/main.js", "/healthz"):
        assert "default-src 'none'" in headers(path)["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_what_may_not_be_done_is_told_with_what_may(url, method):
    status, headers, _ = ask(url, raw(f"{method} /lab/main.js HTTP/1.1"))
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/lab/main.js", "/lab/simpatico.wasm"])
def test_a_file_is_compressed_where_that_is_welcome(url, path):
    _, plain, body = fetch(url, path)
    _, packed, data = fetch(url, path, {"Accept-Encoding": "gzip"})
    assert plain["Content-Encoding"] is None and packed["Content-Encoding"] == "gzip"
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"
    assert gzip.decompress(data) == body and len(data) < len(body)
    # Two representations: each with a validator of its own, and neither stands for the other.
    assert plain["ETag"] != packed["ETag"]
    for tag, encoding, wanted in [
        (packed["ETag"], "gzip", 304), (packed["ETag"], "identity", 200),
        (plain["ETag"], "gzip", 200), (plain["ETag"], "gzip;q=0", 304),
    ]:
        asked = {"If-None-Match": tag, "Accept-Encoding": encoding}
        assert fetch(url, path, asked)[0] == wanted
    head = fetch(url, path, {"Accept-Encoding": "gzip"}, method="HEAD")[1]
    assert int(head["Content-Length"]) == len(data)


@pytest.mark.parametrize("path", ["/lab/simpatico.wasm", "/chat/simpatico.wasm"])
def test_a_core_comes_as_brotli_where_that_is_welcome(url, path):
    _, plain, body = fetch(url, path)
    _, packed, data = fetch(url, path, {"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert packed["Content-Encoding"] == "br" and packed["Vary"] == "Accept-Encoding"
    assert packed["Content-Type"] == "application/wasm"
    unpack = subprocess.run(
        ["node", "-e", "process.stdout.write(zlib.brotliDecompressSync(fs.readFileSync(0)))"],
        input=data, capture_output=True, check=True)
    assert unpack.stdout == body and body.startswith(b"\0asm")
    _, gzipped, more = fetch(url, path, {"Accept-Encoding": "gzip, br;q=0"})
    assert gzipped["Content-Encoding"] == "gzip" and len(data) < 0.9 * len(more)
    assert len({plain["ETag"], packed["ETag"], gzipped["ETag"]}) == 3
    asked = {"If-None-Match": packed["ETag"], "Accept-Encoding": "br"}
    assert fetch(url, path, asked)[0] == 304
    assert fetch(url, path, {**asked, "Accept-Encoding": "gzip"})[0] == 200
    assert fetch(url, path + ".br")[0] == 404


def test_what_a_page_loads_names_its_version_and_is_kept_for_good(url):
    status, headers, page = fetch(url, "/")
    assert headers["Cache-Control"] == "no-cache"
    paths = re.findall(r'(?:src|href)="(/[^"]+)"', page.decode())
    assert len(paths) == 3
    for path in paths:
        assert path.startswith("/v/"), path
        status, headers, _ = fetch(url, path)
        assert status == 200
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    version = paths[0].split("/")[2]
    assert fetch(url, paths[0].replace(version, "0" * len(version)))[0] == 404
    assert fetch(url, "/lab/main.js")[1]["Cache-Control"] == "no-cache"


def test_many_requests_may_share_a_connection(url):
    with dial(url) as connection:
        connection.sendall((raw("GET /healthz HTTP/1.1") * 20).encode())
        for _ in range(20):
            assert read_answer(connection)[::2] == (200, b"ok\n")


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


@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [("1.1", 1, 200), ("1.1", 0, 400), ("1.1", 2, 400), ("1.0", 0, 200), ("1.0", 2, 400)],
)
def test_a_request_names_one_host(url, version, hosts, status):
    """RFC 9112 section 3.2: which of two is meant, a proxy might have judged otherwise."""
    text = f"GET /healthz HTTP/{version}\r\n" + "Host: relay\r\n" * hosts + "\r\n"
    assert ask(url, text)[0] == status
