"""A start: what it is told meanwhile, what it says where it fails, and what it may read again."""

import json
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest

from peer import PATIENCE_SECONDS
from preload import preloaded
from relay import Relay, binary, own_environment
from wire import eventually, fetch, is_hung_up, upgrade


def is_caught(process, number):
    """Whether a process has a handler for a signal (proc_pid_status(5))."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    mask = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return int(mask.split()[1], 16) >> (number - 1) & 1 == 1


def tell_while_it_starts(number, log):
    """A relay that was sent a signal as soon as it caught it, which is long before it listens."""
    process = subprocess.Popen(
        [binary(), "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=log, text=True,
        env=own_environment())
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_caught(process, number):
        assert time.monotonic() < deadline
    process.send_signal(number)
    return process


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_relay_that_is_told_to_leave_while_it_starts_ends_with_0(number, tmp_path):
    with open(tmp_path / "log", "w") as log:
        process = tell_while_it_starts(number, log)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert "leaving" in (tmp_path / "log").read_text()
    process.stdout.close()


@linux
def test_a_relay_that_is_told_to_read_again_while_it_starts_does_so(tmp_path):
    with open(tmp_path / "log", "w") as log:
        process = tell_while_it_starts(signal.SIGHUP, log)
    assert process.stdout.readline().startswith("listening")
    logged = tmp_path / "log"
    assert eventually(lambda: "read the configuration again" in logged.read_text())
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0
    process.stdout.close()


def failure(*options):
    """What a relay says that cannot start."""
    ended = subprocess.run(
        [binary(), "serve", *options], capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        env=own_environment())
    assert ended.returncode == 1 and "listening" not in ended.stdout
    return ended.stderr


@pytest.mark.parametrize(
    ("options", "settings"),
    [((), "port"), (("--admin-port",), "admin-port"),
     (("--self-signed", "--redirect-port"), "redirect-port")])
def test_an_address_that_is_taken_is_named_with_its_settings(options, settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = failure(*(("--port", "0", *options) if options else ("--port",)), str(port))
    host = "admin-host" if settings == "admin-port" else "host"
    assert said == (
        f"Error: cannot listen on 127.0.0.1 port {port} ({host}, {settings}): "
        "Address already in use\n")


@pytest.mark.parametrize("host", ["nothing.invalid", "192.0.2.1"])
def test_a_host_that_is_none_is_named_with_its_settings(host):
    said = failure("--host", host, "--port", "0")
    assert f"cannot listen on {host} port 0 (host, port): " in said
    said = failure("--port", "0", "--admin-host", host, "--admin-port", "9464")
    assert f"cannot listen on {host} port 9464 (admin-host, admin-port): " in said


def test_a_certificate_that_is_not_there_is_named_and_no_address():
    said = failure("--port", "0", "--tls-certificate", "/nothing/c", "--tls-key", "/nothing/k")
    assert said == "Error: /nothing/c cannot be read: there is no such file\n"


class Configured:
    """A relay with a file of settings that can be changed, and what it has logged."""

    def __init__(self, folder, settings):
        self.file, self.log = folder / "relay.json", folder / "log"
        self.file.write_text(json.dumps(settings))
        with open(self.log, "w") as log:
            self.relay = Relay("--config", str(self.file), log=log)

    def change(self, settings):
        """Has it read other settings, and returns what it says of that."""
        self.file.write_text(json.dumps(settings))
        before = len(self.log.read_text())
        self.relay.signal(signal.SIGHUP)
        assert eventually(lambda: "configuration" in self.log.read_text()[before:])
        return self.log.read_text()[before:]


@pytest.fixture
def configured(tmp_path):
    """Starts a relay with settings, and ends it."""
    started = []

    def start(**settings):
        spelled = {name.replace("_", "-"): value for name, value in settings.items()}
        started.append(Configured(tmp_path, spelled))
        return started[-1]
    yield start
    for each in started:
        assert each.relay.stop() == 0


def test_the_level_of_the_log_holds_at_once(configured):
    relay = configured(log_level="notice")
    upgrade(relay.relay.url)[0].close()
    assert "debug" not in relay.log.read_text()
    assert "restart" not in relay.change({"log-level": "debug"})
    upgrade(relay.relay.url)[0].close()
    assert eventually(lambda: "debug" in relay.log.read_text())


def test_the_time_for_a_registration_holds_for_new_connections(configured):
    relay = configured(registration_timeout=600)
    first = upgrade(relay.relay.url)[0]
    assert "restart" not in relay.change({"registration-timeout": 0.5})
    second = upgrade(relay.relay.url)[0]
    assert is_hung_up(second, 5)
    first.settimeout(1)
    with pytest.raises(TimeoutError):
        while first.recv(4096):
            pass
    for connection in [first, second]:
        connection.close()


def test_what_needs_a_restart_is_named(configured):
    relay = configured(log_format="text", max_connections=5, allowed_origin=["https://a.example"])
    said = relay.change({
        "log-format": "json", "max-message-characters": 5000, "max-connections": 6,
        "allowed-origin": ["https://a.example"], "admin-port": 0})
    assert "only after a restart log-format, admin-port, max-message-characters\n" in said
    said = relay.change({
        "log-format": "text", "max-connections": 7, "allowed-origin": ["https://a.example"]})
    assert "restart" not in said


def test_limits_that_are_read_again_must_go_with_the_messages_in_force(configured):
    relay = configured(
        max_message_characters=1_048_576, max_outbound_bytes=8_388_608, bytes_per_second=2_097_152)
    said = relay.change({})
    assert "stays as it was" in said and "bytes-per-second must be 0" in said
    assert "or at least 2097152" in said
    said = relay.change({"bytes-per-second": 2_097_152})
    assert "stays as it was: max-outbound-bytes must be at least 8388608" in said
    said = relay.change({"bytes-per-second": 2_097_152, "max-outbound-bytes": 8_388_608})
    assert "only after a restart max-message-characters\n" in said


def test_what_does_nothing_is_told_when_it_is_read_again(configured):
    relay = configured()
    assert "admin-host does nothing" in relay.change({"admin-host": "::1"})


@pytest.fixture
def hanging(tmp_path):
    """A folder whose files hang as long as there is a file `hang` beside it, and how to see so."""
    folder = tmp_path / "away"
    folder.mkdir()
    (folder / "relay.json").write_text("{}")
    environment = {
        "LD_PRELOAD": str(preloaded("hanging_files.c", tmp_path)), "HANGING_FOLDER": str(folder)}
    return folder / "relay.json", tmp_path / "hang", environment


@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_file_that_hangs_holds_up_no_farewell_and_no_health(number, hanging):
    config, hang, environment = hanging
    options = ("--admin-port", "0", "--config", str(config))
    with Relay(*options, environment=environment) as relay:
        hang.touch()
        for _ in range(5):
            relay.signal(signal.SIGHUP)
        time.sleep(0.5)
        assert fetch(relay.admin_url, "/livez")[0] == 200
        assert fetch(relay.url, "/")[0] == 200
        relay.signal(number)
        assert relay.wait(5) == 0


@linux
def test_a_start_that_hangs_is_ended_by_who_asks_twice(hanging):
    config, hang, environment = hanging
    hang.touch()
    process = subprocess.Popen(
        [binary(), "serve", "--port", "0", "--config", str(config)],
        env=own_environment(environment))
    assert eventually(lambda: is_caught(process, signal.SIGTERM))
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) == -signal.SIGTERM


@linux
def test_many_wishes_to_read_again_are_one(tmp_path):
    with open(tmp_path / "log", "w") as log, Relay(log=log) as relay:
        for _ in range(500):
            relay.signal(signal.SIGHUP)
        logged = tmp_path / "log"
        assert eventually(lambda: "read the configuration again" in logged.read_text())
        relay.signal(signal.SIGTERM)
        assert relay.wait() == 0
        assert 1 <= logged.read_text().count("read the configuration again") < 250


@linux
def test_a_relay_with_too_few_files_says_so_and_ends():
    for count in [16, 24, 32]:
        ended = subprocess.run(
            ["prlimit", f"--nofile={count}:{count}", binary(), "serve", "--port", "0"],
            capture_output=True, text=True, env=own_environment(), timeout=60)
        assert ended.returncode == 1
        assert f"the {count} files that may be open are too few" in ended.stderr
