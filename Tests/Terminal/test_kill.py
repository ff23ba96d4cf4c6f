"""Processes that are killed at random moments: what was acknowledged is not lost, nothing arrives
twice, and the order stays. SIMPATICO_TEST_SEED repeats a run."""

import json
import os
import random
import subprocess
import threading
import time

from chat import BINARY

ROUNDS = 24
SEED = int(os.environ.get("SIMPATICO_TEST_SEED", time.time_ns() % 1_000_000))


class Person:
    """A client's file, and the commands that are run on it."""

    def __init__(self, name, folder, relay):
        self.name = name
        self.arguments = [
            "--data", str(folder / f"{name}.sqlite"), "--server", relay.url, "--name", name,
        ]

    def start(self, command, *arguments, **options):
        """Starts a command of the tool."""
        return subprocess.Popen(
            [BINARY, command, *self.arguments, *arguments], text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
        )

    def run(self, command, *arguments):
        """Runs a command to its end, and answers the objects that it prints."""
        process = self.start(command, *arguments, "--json")
        out, error = process.communicate(timeout=120)
        assert process.returncode == 0, f"{command} ended with {process.returncode}: {error}"
        return [json.loads(line) for line in out.splitlines()]


class Sender:
    """`simpatico send` that is given numbered lines as fast as it takes them."""

    def __init__(self, person, to, turn):
        self.process = person.start("send", "--to", to, "--wait", "delivered", "--timeout", "60",
                                    "--json", "-", stdin=subprocess.PIPE)
        self.turn = turn
        self.acknowledged = []
        self.threads = [threading.Thread(target=body) for body in (self._feed, self._read)]
        for thread in self.threads:
            thread.start()

    def _feed(self):
        try:
            for number in range(10_000):
                self.process.stdin.write(f"{self.turn:03} {number:05}\n")
                self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass

    def _read(self):
        for line in self.process.stdout:
            try:
                self.acknowledged.append(json.loads(line)["text"])
            except ValueError:
                pass  # The line was being written when the process was killed.

    def kill(self):
        """Kills it, and answers what it had acknowledged."""
        self.process.kill()
        self.process.wait()
        for thread in self.threads:
            thread.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.acknowledged


def listen(person):
    """Starts `simpatico listen`, whose output nobody needs."""
    return subprocess.Popen(
        [BINARY, "listen", *person.arguments, "--json"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )


def test_nothing_acknowledged_is_lost_by_kill_9(relay, tmp_path):
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    alice, bob = Person("Alice", tmp_path, relay), Person("Bob", tmp_path, relay)
    host = bob.start("invite", "--wait", "--json")
    link = json.loads(host.stdout.readline())["link"]
    assert alice.run("accept", link, "--wait")[0]["name"] == "Bob"
    assert host.wait(timeout=60) == 0
    host.stdout.close()
    host.stderr.close()

    acknowledged = []
    listener = listen(bob)
    for turn in range(ROUNDS):
        sender = Sender(alice, "Bob", turn)
        time.sleep(chance.uniform(0.05, 1.0))
        if chance.random() < 0.5:
            listener.kill()
            listener.wait()
            time.sleep(chance.uniform(0, 0.3))
            listener = listen(bob)
            time.sleep(chance.uniform(0, 0.5))
        acknowledged += sender.kill()
    # All that is still under way goes before the last one, so that all has come when it has.
    alice.run("send", "--to", "Bob", "--wait", "delivered", "--timeout", "100", "the end")
    listener.terminate()
    assert listener.wait(timeout=60) == 0

    received = [entry["text"] for entry in
                bob.run("messages", "--with", "Alice", "--limit", "1000000")]
    kept = [entry["text"] for entry in
            alice.run("messages", "--with", "Bob", "--limit", "1000000")]
    print(f"{len(acknowledged)} acknowledged, {len(received)} received")
    assert len(acknowledged) > ROUNDS
    assert received[-1] == "the end"
    assert received == kept, "both have the same conversation"
    assert len(set(received)) == len(received), "nothing arrives twice"
    assert set(acknowledged) <= set(received), "nothing acknowledged is lost"
    assert received[:-1] == sorted(received[:-1]), "the order stays"
