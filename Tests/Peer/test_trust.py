"""Whom the tool's own client believes when it connects by TLS, and what it says otherwise."""

import json
import socket
import ssl
import subprocess
import tempfile

import pytest

from authority import DAY, Authority
from relay import Relay, binary

PATIENCE_SECONDS = 60


def tool(*arguments, check=False):
    """Runs a command of the tool to its end."""
    return subprocess.run(
        [binary(), *arguments], capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        check=check)


def connect(url, *options):
    """What `simpatico connect` says: its exit code, and all that it has printed."""
    ended = tool("connect", url.replace("https", "wss", 1) + "/ws", *options)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture
def authority(tmp_path):
    """An authority that no system trusts."""
    return Authority(tmp_path / "authority")


def test_a_certificate_of_an_authority_that_was_named_is_believed(authority):
    with Relay(*authority.sign("127.0.0.1", "localhost")) as relay:
        code, said = connect(relay.url, "--ca", str(authority.file))
        assert code == 0 and "VERIFIED" in said
        code, said = connect(f"https://localhost:{relay.port}", "--ca", str(authority.file))
        assert code == 0 and "VERIFIED" in said


def test_a_certificate_that_signed_itself_may_be_believed():
    with Relay("--self-signed") as relay:
        shown = ssl.get_server_certificate(("127.0.0.1", relay.port))
        code, said = connect(relay.url)
        assert code == 1 and "is not trusted" in said
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(shown)
            file.flush()
            for url in [relay.url, f"https://localhost:{relay.port}"]:
                code, said = connect(url, "--ca", file.name)
                assert code == 0 and "VERIFIED" in said


def test_a_certificate_of_an_unknown_authority_is_not_believed(authority, tmp_path):
    with Relay(*authority.sign("127.0.0.1")) as relay:
        for options in [(), ("--ca", str(Authority(tmp_path / "other", "another").file))]:
            code, said = connect(relay.url, *options)
            assert code == 1
            assert "the certificate of 127.0.0.1 is not trusted" in said
            assert "VERIFIED" not in said.split("not verified")[0]


@pytest.mark.parametrize(
    ("names", "host"),
    [(["127.0.0.2"], "127.0.0.1"), (["relay.example"], "localhost"), (["localhost"], "127.0.0.1"),
     (["127.0.0.1"], "localhost"), (["*.localhost"], "localhost")],
)
def test_a_certificate_of_another_server_is_not_believed(authority, names, host):
    with Relay(*authority.sign(*names)) as relay:
        code, said = connect(f"https://{host}:{relay.port}", "--ca", str(authority.file))
        assert code == 1
        assert f"the certificate is not for {host}, but for another server" in said


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [(-2 * DAY, -DAY, "has expired"), (DAY, 2 * DAY, "is not valid yet")],
)
def test_a_certificate_out_of_its_time_is_not_believed(authority, since, until, words):
    with Relay(*authority.sign("127.0.0.1", since=since, until=until)) as relay:
        code, said = connect(relay.url, "--ca", str(authority.file))
        assert code == 1 and f"the certificate of 127.0.0.1 {words}" in said


def test_a_relay_that_does_not_encrypt_is_named(url):
    code, said = connect(url.replace("http", "https", 1))
    assert code == 1 and "does not speak TLS as it should: wrong version number (" in said
    assert "http://" in said and "BoringSSL" not in said


def test_an_encrypted_relay_that_is_asked_without_is_no_websocket(authority):
    with Relay(*authority.sign("127.0.0.1")) as relay:
        code, said = connect(relay.url.replace("https", "ws", 1), "--timeout", "5")
        assert code == 1 and "not verified" in said


def test_a_server_that_hangs_up_is_told(authority):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_SECONDS)
        url = f"wss://127.0.0.1:{server.getsockname()[1]}/ws"
        running = subprocess.Popen(
            [binary(), "connect", url], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        server.accept()[0].close()
        said, _ = running.communicate(timeout=PATIENCE_SECONDS)
        assert running.returncode == 1 and "not verified" in said


@pytest.mark.parametrize("text", [None, "", "nonsense"])
def test_certificates_that_cannot_be_read_are_named(tmp_path, text):
    path = tmp_path / "roots.pem"
    if text is not None:
        path.write_text(text)
    code, said = connect("https://127.0.0.1:1", "--ca", str(path))
    assert code == 1 and "roots.pem" in said


def test_people_meet_and_talk_over_tls(authority, tmp_path):
    with Relay(*authority.sign("127.0.0.1")) as relay:
        def options(name):
            return ("--server", relay.url, "--ca", str(authority.file), "--name", name,
                    "--data", str(tmp_path / f"{name}.sqlite"))

        host = subprocess.Popen(
            [binary(), "invite", *options("Alice"), "--wait", "--json"], stdout=subprocess.PIPE,
            text=True)
        link = json.loads(host.stdout.readline())["link"]
        assert link.startswith(relay.url + "/chat#invite=")
        tool("accept", link, *options("Bob"), "--wait", check=True)
        host.communicate(timeout=PATIENCE_SECONDS)
        assert host.returncode == 0
        tool("send", *options("Bob"), "--to", "Alice", "--wait", "sent", "hello", check=True)

        # Who does not believe the relay is told so, and goes on trying.
        doubting = subprocess.Popen(
            [binary(), "listen", *options("Bob")[:2], *options("Bob")[4:], "--json"],
            stdout=subprocess.PIPE, text=True)
        for line in doubting.stdout:
            problem = json.loads(line).get("problem")
            if problem:
                break
        assert "is not trusted" in problem
        doubting.terminate()
        doubting.communicate(timeout=PATIENCE_SECONDS)
