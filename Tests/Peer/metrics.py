"""Reads a relay's metrics with Prometheus' own parser."""

from prometheus_client.parser import text_string_to_metric_families

from wire import fetch


def families(admin_url):
    """All families of metrics, by name."""
    status, headers, body = fetch(admin_url, "/metrics")
    assert status == 200
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {family.name: family for family in text_string_to_metric_families(body.decode())}


def value(admin_url, name, **labels):
    """The value of the one sample with this name and these labels."""
    samples = [
        sample.value
        for family in families(admin_url).values()
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    assert len(samples) == 1, f"{len(samples)} samples of {name} {labels}"
    return samples[0]


def reached(admin_url, limit):
    """How often a limit was reached."""
    return value(admin_url, "simpatico_limit_reached_total", limit=limit)
