"""TLS: what is shown, what is refused, and certificates that change while people talk."""

import datetime
import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.parse

import pytest
import websockets
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import metrics
from peer import PATIENCE_SECONDS, Peer, receive_challenge
from relay import Relay, binary, own_environment
from wire import UPGRADE, ask, dial, eventually, fetch, is_hung_up


def write_certificate(folder, name, days=(-1, 10)):
    """Makes a certificate for this machine, valid between two days, and writes it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=days[0]))
        .not_valid_after(now + datetime.timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = {
        "relay.crt": certificate.public_bytes(serialization.Encoding.PEM),
        "relay.key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()),
    }
    for file, data in files.items():
        # As those do who renew certificates: a new file takes the old one's place at once.
        (folder / "new").write_bytes(data)
        os.replace(folder / "new", folder / file)
    return certificate


def options(folder):
    return (
        "--tls-certificate", str(folder / "relay.crt"), "--tls-key", str(folder / "relay.key"),
        "--admin-port", "0",
    )


def shown(url):
    """The certificate that a relay shows, in DER."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    host = urllib.parse.urlsplit(url)
    with socket.create_connection((host.hostname, host.port), timeout=PATIENCE_SECONDS) as plain:
        with context.wrap_socket(plain) as secure:
            return secure.getpeercert(binary_form=True)


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


@pytest.fixture
def secure(tmp_path):
    """A relay with a certificate, and the certificate."""
    certificate = write_certificate(tmp_path, "first")
    with Relay(*options(tmp_path), "--redirect-port", "0") as relay:
        yield relay, tmp_path, certificate


def trusting(folder):
    return ssl.create_default_context(cafile=str(folder / "relay.crt"))


def connect(url, context):
    return websockets.connect(
        "wss" + url.removeprefix("https") + "/ws", ssl=context, proxy=None, ping_interval=None)


async def test_the_handshake_completes_over_tls(secure):
    relay, folder, _ = secure
    peer = Peer()
    async with connect(relay.url, trusting(folder)) as connection:
        assert await peer.register(connection)


@pytest.mark.parametrize(("scheme", "is_allowed"), [("https", True), ("http", False)])
async def test_a_page_that_came_without_tls_is_none_of_its_own(secure, scheme, is_allowed):
    relay, folder, _ = secure
    origin = scheme + relay.url.rstrip("/").removeprefix("https")
    connecting = websockets.connect(
        "wss" + relay.url.rstrip("/").removeprefix("https") + "/ws", ssl=trusting(folder),
        proxy=None, origin=origin)
    if is_allowed:
        async with connecting as connection:
            assert await Peer().register(connection)
    else:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await connecting
        assert refused.value.response.status_code == 403


def test_pages_come_over_tls_and_ask_for_it_from_then_on(secure):
    relay, folder, _ = secure
    for path, wanted in [("/", 200), ("/nothing", 404), ("/ws", 426)]:
        status, headers, _ = fetch(relay.url, path, context=trusting(folder))
        assert status == wanted
        assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_only_current_versions_of_tls_are_spoken(secure):
    relay, folder, _ = secure
    for version, is_spoken in [
        (ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ]:
        context = trusting(folder)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        try:
            assert fetch(relay.url, "/healthz", context=context)[0] == 200
            assert is_spoken
        except OSError:
            assert not is_spoken


def test_plain_http_leads_to_https(secure):
    relay, _, _ = secure
    port = relay.url.rsplit(":", 1)[1]
    for host, wanted in [
        ("relay.example", f"https://relay.example:{port}/lab/?a=b"),
        ("relay.example:80", f"https://relay.example:{port}/lab/?a=b"),
        ("[::1]:80", f"https://[::1]:{port}/lab/?a=b"),
    ]:
        text = f"GET /lab/?a=b HTTP/1.1\r\nHost: {host}\r\n\r\n"
        status, headers, _ = ask(relay.redirect_url, text)
        assert (status, headers["location"]) == (308, wanted)
        assert headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" not in headers


@pytest.mark.parametrize(("port", "wanted"), [
    ("443", "https://relay.example/chat"), ("8443", "https://relay.example:8443/chat")])
def test_behind_a_mapping_of_ports_the_one_that_clients_know_is_named(port, wanted):
    with Relay("--self-signed", "--redirect-port", "0", "--public-port", port) as relay:
        text = "GET /chat HTTP/1.1\r\nHost: relay.example:8080\r\n\r\n"
        status, headers, _ = ask(relay.redirect_url, text)
        assert (status, headers["location"]) == (308, wanted)


@pytest.mark.parametrize("host", ["", "a/b", "user@evil", "a b", "<script>", "[nonsense]", "a\\b"])
def test_a_host_that_is_none_leads_nowhere(secure, host):
    relay, _, _ = secure
    text = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"
    status, headers, _ = ask(relay.redirect_url, text)
    assert status == 400 and "location" not in headers


async def test_a_new_certificate_is_shown_and_nobody_is_dropped(secure):
    relay, folder, first = secure
    assert shown(relay.url) == der(first)
    peer = Peer()
    async with connect(relay.url, trusting(folder)) as connection:
        challenge = await receive_challenge(connection)
        second = write_certificate(folder, "second")
        relay.signal(signal.SIGHUP)
        assert eventually(lambda: shown(relay.url) == der(second))
        assert connection.close_code is None
        # The connection that was there goes on as if nothing had been.
        await connection.send(__import__("json").dumps(peer.answer(challenge)))
        assert "VERIFIED" in await connection.recv()
    assert metrics.value(
        relay.admin_url, "simpatico_tls_reloads_total", outcome="succeeded") == 1
    expiry = metrics.value(relay.admin_url, "simpatico_tls_certificate_expiry_seconds")
    assert expiry == int(second.not_valid_after_utc.timestamp())


def test_files_that_change_are_read_without_a_signal(secure):
    relay, folder, _ = secure
    second = write_certificate(folder, "second")
    assert eventually(lambda: shown(relay.url) == der(second), 25)


def test_a_certificate_that_cannot_be_used_changes_nothing(secure):
    relay, folder, first = secure
    (folder / "relay.key").write_text("nonsense")
    relay.signal(signal.SIGHUP)
    assert eventually(
        lambda: metrics.value(
            relay.admin_url, "simpatico_tls_reloads_total", outcome="failed") >= 1)
    assert shown(relay.url) == der(first)


def check(folder, prefix=()):
    """What `--check-config` says of the certificate in a folder, and its exit code."""
    ended = subprocess.run(
        [*prefix, binary(), "serve", "--check-config", *options(folder)], capture_output=True,
        text=True, timeout=PATIENCE_SECONDS, env=own_environment())
    return ended.returncode, ended.stderr


@pytest.mark.parametrize(
    ("days", "words"), [((-9, -1), "expired at"), ((1, 9), "is not valid before")])
def test_a_certificate_that_is_not_in_force_is_refused_by_a_check_and_lets_a_relay_start(
        tmp_path, days, words):
    certificate = write_certificate(tmp_path, "untimely", days)
    code, error = check(tmp_path)
    assert code == 1 and words in error
    with open(tmp_path / "log", "w") as log:
        with Relay(*options(tmp_path), log=log) as relay:
            assert shown(relay.url) == der(certificate)
            better = write_certificate(tmp_path, "timely")
            relay.signal(signal.SIGHUP)
            assert eventually(lambda: shown(relay.url) == der(better))
    first = (tmp_path / "log").read_text().splitlines()[0]
    assert "error" in first and "clients will refuse this relay" in first and words in first


def test_a_file_that_may_not_be_read_is_told_from_one_that_is_none(tmp_path):
    write_certificate(tmp_path, "private")
    assert check(tmp_path)[0] == 0
    (tmp_path / "relay.key").chmod(0)
    # Who may do everything may also read it.
    prefix = ()
    if os.geteuid() == 0:
        prefix = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")
    code, error = check(tmp_path, prefix)
    assert code == 1 and "relay.key cannot be read: permission denied" in error
    (tmp_path / "relay.key").chmod(0o600)
    assert check(tmp_path)[0] == 0


@pytest.mark.parametrize(
    "garbage",
    [b"GET / HTTP/1.1\r\nHost: relay\r\n\r\n", bytes(range(256)) * 8, b"\x16\x03\x01\xff\xff",
     b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", b"\x80\x2e\x01\x00\x02"],
)
def test_what_is_no_tls_is_hung_up_on(secure, garbage):
    relay, folder, _ = secure
    with dial(relay.url) as connection:
        connection.sendall(garbage)
        connection.shutdown(socket.SHUT_WR)
        assert is_hung_up(connection)
    assert fetch(relay.url, "/healthz", context=trusting(folder))[0] == 200


def test_failed_handshakes_are_counted(secure):
    relay, _, _ = secure
    name = "simpatico_tls_handshake_failures_total"
    before = metrics.value(relay.admin_url, name)
    with dial(relay.url) as connection:
        connection.sendall(b"this is no TLS, whatever it is")
        assert is_hung_up(connection)
    assert eventually(lambda: metrics.value(relay.admin_url, name) == before + 1)


def test_who_never_finishes_the_tls_handshake_is_dropped(tmp_path):
    write_certificate(tmp_path, "first")
    with Relay(*options(tmp_path), "--handshake-timeout", "1") as relay:
        with dial(relay.url) as connection:
            connection.sendall(b"\x16\x03\x01")
            assert is_hung_up(connection, 5)


def test_a_certificate_for_trying_out_is_made():
    with Relay("--self-signed") as relay:
        names = x509.load_der_x509_certificate(shown(relay.url)).extensions.get_extension_for_class(
            x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == ["localhost"]
        addresses = names.get_values_for_type(x509.IPAddress)
        assert [str(address) for address in addresses] == ["127.0.0.1", "::1"]
        context = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(shown(relay.url)))
        status, headers, _ = fetch(relay.url, "/", context=context)
        # A browser that insisted on it could not come in once there is a real one elsewhere.
        assert status == 200 and headers["Strict-Transport-Security"] is None


UPGRADED = b"HTTP/1.1 101"


def encrypted_websocket(relay):
    """A WebSocket over TLS, without a library that would say farewell."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = context.wrap_socket(dial(relay.url))
    connection.sendall(UPGRADE.format(more="").encode())
    assert connection.recv(4096).startswith(UPGRADED)
    return connection


@pytest.mark.parametrize("farewell", [b"", b"\x88\x80\x00\x00\x00\x00"])
def test_who_hangs_up_without_a_farewell_of_tls_is_gone_at_once(farewell):
    with Relay("--self-signed", "--admin-port", "0") as relay:
        connection = encrypted_websocket(relay)
        connection.sendall(farewell)
        # The half that is left open must not be what tells the relay.
        socket.socket.shutdown(connection, socket.SHUT_WR)
        gauge = "simpatico_connections"
        assert eventually(lambda: metrics.value(relay.admin_url, gauge) == 0, 2)
        connection.close()


def test_a_relay_that_leaves_does_not_wait_for_a_farewell_of_tls():
    relay = Relay("--self-signed")
    connection = encrypted_websocket(relay)
    start = time.monotonic()
    relay.signal(signal.SIGTERM)
    connection.settimeout(PATIENCE_SECONDS)
    while b"reconnect" not in connection.recv(4096):
        pass
    # As a browser does: it answers the close frame and hangs up.
    connection.sendall(b"\x88\x80\x00\x00\x00\x00")
    socket.socket.shutdown(connection, socket.SHUT_WR)
    assert relay.wait() == 0
    assert time.monotonic() - start < 3
    connection.close()
