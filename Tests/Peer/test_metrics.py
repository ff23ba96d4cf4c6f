"""Metrics and health, as those who watch a relay read them."""

import pytest

import metrics
from peer import Peer, closing, receive_challenge
from relay import Relay
from wire import eventually, fetch


@pytest.fixture(scope="module")
def watched():
    with Relay("--admin-port", "0") as relay:
        yield relay


def test_health_is_told(watched):
    assert fetch(watched.admin_url, "/livez")[::2] == (200, b"ok\n")
    assert fetch(watched.admin_url, "/readyz")[::2] == (200, b"serving\n")
    assert fetch(watched.admin_url, "/livez", method="HEAD")[::2] == (200, b"")


def test_the_relay_s_own_port_tells_no_metrics(watched):
    for path in ["/metrics", "/livez", "/readyz"]:
        assert fetch(watched.url, path)[0] == 404


def test_health_is_not_changed_from_outside(watched):
    status, headers, _ = fetch(watched.admin_url, "/metrics", method="DELETE")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


def test_every_metric_has_a_meaning_and_a_kind(watched):
    families = metrics.families(watched.admin_url)
    assert len(families) > 20
    for name, family in families.items():
        assert family.documentation, name
        assert family.type in ("counter", "gauge", "histogram"), name
        assert name.startswith(("simpatico_", "process_")), name


async def test_what_happens_is_counted(watched):
    admin = watched.admin_url

    def now():
        return {
            name: metrics.value(admin, f"simpatico_{name}")
            for name in ["messages_received_total", "bytes_received_total",
                         "messages_sent_total", "accepted_total", "violations_total"]
        }

    before = now()
    peer = Peer()
    async with peer.connect(watched.url) as connection:
        await receive_challenge(connection)
        assert metrics.value(admin, "simpatico_unregistered_connections") == 1
        await connection.send("nonsense")
        await closing(connection)
    peer = Peer()
    verified = metrics.value(admin, "simpatico_registrations_total", outcome="verified")
    refused = metrics.value(admin, "simpatico_registrations_total", outcome="refused")
    assert refused >= 1
    async with peer.connect(watched.url) as connection:
        assert await peer.register(connection)
        assert metrics.value(admin, "simpatico_unregistered_connections") == 0
        assert metrics.value(admin, "simpatico_websockets") == 1
        assert metrics.value(admin, "simpatico_connections") == 1
        assert metrics.value(admin, "simpatico_addresses") == 1
    after = now()
    assert metrics.value(
        admin, "simpatico_registrations_total", outcome="verified") == verified + 1
    assert after["accepted_total"] == before["accepted_total"] + 2
    assert after["messages_received_total"] == before["messages_received_total"] + 2
    assert after["bytes_received_total"] > before["bytes_received_total"] + len("nonsense")
    # Two challenges and two verdicts.
    assert after["messages_sent_total"] == before["messages_sent_total"] + 4
    assert after["violations_total"] == before["violations_total"] + 1
    assert eventually(lambda: metrics.value(admin, "simpatico_connections") == 0)


async def test_who_leaves_unregistered_is_counted_as_that(watched):
    def left():
        return metrics.value(
            watched.admin_url, "simpatico_registrations_total", outcome="left")

    before = left()
    async with Peer().connect(watched.url) as connection:
        await receive_challenge(connection)
    assert eventually(lambda: left() == before + 1)
    assert eventually(
        lambda: metrics.value(watched.admin_url, "simpatico_unregistered_connections") == 0)


def test_the_process_is_measured(watched):
    assert metrics.value(watched.admin_url, "process_resident_memory_bytes") > 1 << 20
    assert metrics.value(watched.admin_url, "process_open_fds") > 5
    assert metrics.value(watched.admin_url, "process_threads") > 1
    used = metrics.value(watched.admin_url, "process_cpu_seconds_total")
    assert 0 < used < 60


def test_answers_are_counted_by_status(watched):
    def count(status):
        return metrics.value(
            watched.admin_url, "simpatico_http_responses_total", status=str(status))

    before = count(404), count(405)
    fetch(watched.url, "/nothing")
    fetch(watched.url, "/", method="PUT")
    assert (count(404), count(405)) == (before[0] + 1, before[1] + 1)
