"""The threads that carry messages: as many as the relay may use processors, or as it is told."""

import os
import pathlib

from relay import Relay


def count_event_loops(relay):
    names = pathlib.Path(f"/proc/{relay.process.pid}/task").glob("*/comm")
    return sum(name.read_text().startswith("NIO-ELT-") for name in names)


def event_loops(*options, prefix=()):
    relay = Relay(*options, prefix=prefix)
    try:
        return count_event_loops(relay)
    finally:
        relay.process.terminate()
        assert relay.wait() == 0


def test_a_relay_that_is_kept_on_one_processor_has_one_event_loop():
    one = min(os.sched_getaffinity(0))
    assert event_loops(prefix=("taskset", "--cpu-list", str(one))) == 1


def test_a_relay_has_no_more_event_loops_than_processors():
    assert 1 <= event_loops() <= len(os.sched_getaffinity(0))


def test_a_relay_has_as_many_event_loops_as_it_is_told():
    assert event_loops("--event-loops", "3") == 3
