"""Flags before the environment, the environment before the file; and errors that name the key."""

import datetime
import json
import shutil
import subprocess

import pytest

from relay import Relay, binary, own_environment
from wire import upgrade


def check(*options, environment=None):
    """What `--check-config` says, and its exit code."""
    ended = subprocess.run(
        [binary(), "serve", "--check-config", *options], capture_output=True, text=True,
        timeout=60, env=own_environment(environment))
    return ended.returncode, ended.stdout, ended.stderr


@pytest.fixture
def file(tmp_path):
    """Writes a file of settings, and returns the options that name it."""
    def write(settings):
        path = tmp_path / "relay.json"
        path.write_text(settings if isinstance(settings, str) else json.dumps(settings))
        return ("--config", str(path))
    return write


def test_nothing_is_needed():
    assert check() == (0, "the configuration can be used\n", "")


def test_flags_come_before_the_environment_and_that_before_the_file(file):
    options = file({"retention": 300, "max-connections": 30, "port": 3})
    environment = {"SIMPATICO_RETENTION": "200", "SIMPATICO_MAX_CONNECTIONS": "20"}
    code, said, _ = check(*options, "--retention", "100", environment=environment)
    assert code == 0
    assert "retention = 100 (--retention)\n" in said
    assert "max-connections = 20 (SIMPATICO_MAX_CONNECTIONS)\n" in said
    assert f"port = 3 ({options[1]}: port)\n" in said


def test_the_environment_may_name_the_file(file):
    _, path = file({"retention": 321})
    code, said, _ = check(environment={"SIMPATICO_CONFIG": path})
    assert code == 0 and "retention = 321" in said


def test_every_kind_of_value_is_read_from_every_place(file):
    code, said, _ = check(*file({
        "host": "::1", "registration-timeout": 2.5, "drain-seconds": 3, "self-signed": True,
        "trusted-proxy": ["192.0.2.0/24", "::1"], "log-format": "json", "port": 1,
    }))
    assert code == 0
    for line in ["host = ::1", "registration-timeout = 2.5", "drain-seconds = 3.0",
                 "self-signed = true", "trusted-proxy = 192.0.2.0/24, ::1", "log-format = json"]:
        assert line in said
    code, other, _ = check(environment={
        "SIMPATICO_HOST": "::1", "SIMPATICO_REGISTRATION_TIMEOUT": "2.5",
        "SIMPATICO_DRAIN_SECONDS": "3", "SIMPATICO_SELF_SIGNED": "true",
        "SIMPATICO_TRUSTED_PROXY": "192.0.2.0/24,::1", "SIMPATICO_LOG_FORMAT": "json",
        "SIMPATICO_PORT": "1",
    })
    assert code == 0

    def bare(text):
        return [line.split(" (")[0] for line in text.splitlines()]

    assert bare(other) == bare(said)


@pytest.mark.parametrize(
    ("key", "value"),
    [("port", 65_536), ("port", -1), ("port", "80"), ("port", 1.5), ("port", True),
     ("registration-timeout", 0), ("registration-timeout", "soon"), ("retention", 5),
     ("log-level", "loud"), ("log-format", "xml"), ("self-signed", "yes"), ("host", ""),
     ("trusted-proxy", ["192.0.2.0/33"]), ("trusted-proxy", ["proxy.example"]),
     ("trusted-proxy", "192.0.2.0/24"), ("max-connections", 0), ("bytes-per-second", 1000),
     ("forwarded-header", "x-real-ip"), ("max-outbound-bytes", 1), ("host", None),
     ("host", {"name": "localhost"}), ("allowed-origin", ["app.example"]),
     ("allowed-origin", ["https://app.example/"]), ("max-message-characters", 4095),
     ("max-message-characters", 1_048_577)],
)
def test_a_value_that_cannot_be_is_named(file, key, value):
    code, said, error = check(*file({key: value}))
    assert code == 1 and said == ""
    assert key in error


@pytest.mark.parametrize(
    ("name", "value"),
    [("SIMPATICO_PORT", "tcp://127.0.0.1:80"), ("SIMPATICO_PORT", ""),
     ("SIMPATICO_RETENTION", "1e3"), ("SIMPATICO_SELF_SIGNED", "perhaps"),
     ("SIMPATICO_LOG_LEVEL", "loud")],
)
def test_a_variable_that_cannot_be_is_named(name, value):
    code, _, error = check(environment={name: value})
    assert code == 1 and name in error


@pytest.mark.parametrize("key", ["prot", "PORT", "max_connections", "", "port "])
def test_an_unknown_key_of_a_file_is_named(file, key):
    code, _, error = check(*file({key: 1}))
    assert code == 1 and f"'{key}' is no setting" in error


def test_an_unknown_variable_is_named_and_so_is_the_one_that_was_meant():
    code, said, error = check(environment={"SIMPATICO_PROT": "1", "SIMPATICO_FAVOURITE": "2"})
    assert code == 1 and said == ""
    assert "SIMPATICO_PROT is in the environment" in error and "is SIMPATICO_PORT meant?" in error
    plain = "SIMPATICO_FAVOURITE is in the environment, but is no setting of simpatico serve\n"
    assert plain in error


def test_an_unknown_variable_does_not_stop_a_relay(tmp_path):
    with open(tmp_path / "log", "w") as log:
        with Relay(environment={"SIMPATICO_RETENTOIN": "1"}, log=log):
            pass
    logged = (tmp_path / "log").read_text()
    assert "warning" in logged and "is SIMPATICO_RETENTION meant?" in logged


def test_variables_of_other_commands_are_nothing_to_a_relay():
    assert check(environment={"SIMPATICO_PASSPHRASE": "mine"}) == check()


def test_an_unknown_flag_is_an_error():
    code, _, error = check("--prot", "1")
    assert code != 0 and "--prot" in error


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "null", '{"port": 1,}'])
def test_a_file_that_is_none_is_named(file, text):
    options = file(text)
    code, _, error = check(*options)
    assert code == 1 and options[1] in error


def test_a_file_that_is_not_there_is_named(tmp_path):
    code, _, error = check("--config", str(tmp_path / "nothing.json"))
    assert code == 1 and "nothing.json cannot be read" in error


@pytest.mark.parametrize(
    ("options", "words"),
    [(("--tls-key", "k"), "need each other"), (("--tls-certificate", "c"), "need each other"),
     (("--self-signed", "--tls-key", "k", "--tls-certificate", "c"), "cannot go with"),
     (("--redirect-port", "0"), "redirect-port needs"),
     (("--drain-seconds", "30", "--shutdown-timeout", "20"), "drain-seconds must not"),
     (("--tls-key", "/nothing/k", "--tls-certificate", "/nothing/c"),
      "/nothing/c cannot be read: there is no such file"),
     (("--port", "9464", "--admin-port", "9464"), "port and admin-port cannot both be 9464"),
     (("--port", "1", "--redirect-port", "1", "--self-signed"), "port and redirect-port cannot"),
     (("--redirect-port", "1", "--admin-port", "1", "--self-signed"), "redirect-port and admin-"),
     (("--port", "1", "--admin-port", "1", "--host", "::1", "--admin-host", "::"), "cannot both"),
     (("--port", "1", "--admin-port", "1", "--host", "0.0.0.0"), "cannot both")],
)
def test_what_does_not_go_together_is_told(options, words):
    code, _, error = check(*options)
    assert code == 1 and words in error


@pytest.mark.parametrize("options", [
    ("--port", "0", "--admin-port", "0", "--redirect-port", "0", "--self-signed"),
    ("--port", "1", "--admin-port", "1", "--host", "127.0.0.2"),
    ("--port", "1", "--admin-port", "1", "--host", "0.0.0.0", "--admin-host", "::1"),
])
def test_ports_that_do_not_meet_may_have_one_number(options):
    assert check(*options)[0] == 0


USELESS = [
    (("--hsts-seconds", "5"), "--hsts-seconds does nothing without tls-certificate"),
    (("--hsts-seconds", "5", "--self-signed"), "--hsts-seconds does nothing with self-signed"),
    (("--public-port", "443"), "--public-port does nothing without redirect-port"),
    (("--admin-host", "::"), "--admin-host does nothing without admin-port"),
    (("--forwarded-header", "forwarded"), "does nothing without trusted-proxy"),
    (("--pong-timeout", "5", "--idle-ping", "0"), "does nothing while idle-ping is 0"),
]


@pytest.mark.parametrize(("options", "words"), USELESS)
def test_what_does_nothing_is_told(options, words):
    code, said, error = check(*options)
    assert code == 1 and said == "" and words in error


def test_what_does_nothing_does_not_stop_a_relay(tmp_path):
    with open(tmp_path / "log", "w") as log:
        with Relay("--admin-host", "::1", "--forwarded-header", "forwarded", log=log):
            pass
    logged = (tmp_path / "log").read_text()
    assert "--admin-host does nothing" in logged and "--forwarded-header does nothing" in logged


@pytest.mark.parametrize(
    "place", ["flag over environment", "flag over file", "environment over file"])
def test_a_value_that_cannot_be_is_named_also_where_another_comes_before_it(file, place):
    options, environment, name = (), {}, "SIMPATICO_PORT"
    if "flag" in place:
        options = ("--port", "9000")
    if place == "flag over environment":
        environment = {"SIMPATICO_PORT": "abc"}
    else:
        options += file({"port": "abc"})
        name = "relay.json: port"
    if place == "environment over file":
        environment = {"SIMPATICO_PORT": "9000"}
    code, said, error = check(*options, environment=environment)
    assert code == 1 and said == "" and f"{name}: must be a whole number" in error


@pytest.mark.parametrize(
    "text", ["https://app.example/", "https://x?y#z", "https://x?y", "https://u@x", "https://a b",
             "https://", "http://x:", "http://x:0", "http://x:080", "http://x:65536", "ftp://x",
             "https://x:+1", "https://[x]", "https://[::1", "https://[::1]x", "https://[::1/64]",
             "https://é.example", "x", "", "null", "https://*.example", "http://x,http://y"])
def test_what_no_browser_calls_an_origin_is_refused(text):
    code, _, error = check("--allowed-origin", "*", "--allowed-origin", text)
    assert code == 1 and "--allowed-origin: must be" in error and "as https://app.example" in error
    assert f"'{text}' is none" in error


@pytest.mark.parametrize(
    "text", ["https://app.example", "HTTPS://App.Example:443", "http://localhost:3000", "*",
             "http://[::1]:8080", "http://127.0.0.1", "https://xn--bcher-kva.example"])
def test_what_a_browser_calls_an_origin_is_taken(text):
    assert check("--allowed-origin", text)[0] == 0


def test_an_origin_is_met_as_a_browser_spells_it():
    with Relay("--allowed-origin", "HTTPS://App.Example:443") as relay:
        ours = [f"Origin: {origin}\r\n" for origin in ["https://app.example", "https://app"]]
        assert [upgrade(relay.url, more)[1] for more in ours] == [101, 403]


@pytest.mark.parametrize(
    ("key", "value"),
    [("idle-ping", 0.0001), ("unready-seconds", 1e-9), ("drain-seconds", 0.0004)])
def test_a_time_that_would_become_nothing_is_refused(file, key, value):
    code, _, error = check(*file({key: value}))
    assert code == 1 and f"{key}: must be" in error
    assert check(*file({key: 0}))[0] == check(*file({key: 0.001}))[0] == 0


def test_an_empty_name_of_a_file_names_who_gave_it():
    for options, environment, name in [
        ((), {"SIMPATICO_CONFIG": ""}, "SIMPATICO_CONFIG"), (("--config", ""), {}, "--config"),
    ]:
        code, _, error = check(*options, environment=environment)
        assert code == 1 and f"{name} is empty" in error


def test_a_flag_that_cannot_be_read_is_a_matter_of_usage():
    assert check("--bogus")[0] == check("--port", "abc")[0] == 64


def test_the_key_may_be_given_as_secrets_are():
    """A secret is a file; the variable that names it may say so."""
    environment = {
        "SIMPATICO_TLS_KEY_FILE": "/nothing/key", "SIMPATICO_TLS_CERTIFICATE_FILE": "/nothing/crt",
    }
    code, _, error = check(environment=environment)
    assert code == 1 and "/nothing/crt cannot be read" in error
    code, _, error = check(environment={"SIMPATICO_TLS_CERTIFICATE_FILE": ""})
    assert code == 1 and "SIMPATICO_TLS_CERTIFICATE_FILE: must be" in error
    code, _, error = check(environment={**environment, "SIMPATICO_TLS_KEY": "/other"})
    assert code == 1 and "twice" in error


def test_settings_of_the_environment_are_in_force():
    with Relay("--admin-port", "0", environment={"SIMPATICO_HOST": "::1"}) as relay:
        assert relay.url.startswith("http://[::1]:")


def test_the_log_may_be_json(tmp_path):
    with open(tmp_path / "log", "w") as log:
        with Relay("--log-format", "json", "--log-level", "debug", log=log):
            pass
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert any(line["message"].startswith("left after") for line in lines)
    for line in lines:
        assert {"time", "level", "logger", "message"} <= set(line)
        # RFC 3339: the day and the zone belong to it.
        age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(line["time"])
        assert datetime.timedelta() <= age < datetime.timedelta(minutes=5)


def test_a_program_without_its_pages_says_where_they_belong(tmp_path):
    program = shutil.copy(binary(), tmp_path / "simpatico")
    for more in [["--check-config"], ["--port", "0"]]:
        ended = subprocess.run(
            [program, "serve", *more], capture_output=True, text=True, timeout=30, check=False,
            env=own_environment())
        assert ended.returncode == 1, ended
        assert f"no folder {tmp_path}/simpatico_SimpaticoWeb.resources/Public" in ended.stderr


def test_a_program_finds_its_pages_through_a_link(tmp_path):
    link = tmp_path / "simpatico"
    link.symlink_to(binary())
    ended = subprocess.run(
        ["simpatico", "serve", "--check-config"], capture_output=True, text=True, timeout=30,
        check=False, env=own_environment({"PATH": str(tmp_path)}))
    assert ended.returncode == 0, ended
