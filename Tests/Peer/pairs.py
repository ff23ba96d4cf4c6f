"""Pairs of people who talk without end, each with `simpatico chat` in a pipe.

It prints `Bob: …` for what has come, and `[DELIVERED] …` or `[READ] …` when the other side is
known to have what was said. Nobody helps it: it is not told that the relay is gone, nor that it is
back.
"""

import asyncio
import contextlib
import itertools
import json
import re
import time

from relay import binary
from tool import PATIENCE_SECONDS, Client

TOLD = re.compile(r"\[(?:DELIVERED|READ)\] (.*)")


async def until(condition, what, seconds=PATIENCE_SECONDS):
    """Waits until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.02)


class Person:
    """Somebody with one contact, to whom they say numbers.

    `told` is what the other side has, as far as this one was told; `heard` is what has come, and
    `times` are when it did."""

    def __init__(self, client, name, contact):
        self.client = client
        self.name = name
        self.contact = contact
        self.process = None
        self.said, self.told, self.heard, self.times = [], set(), [], []

    async def start(self):
        """Starts the chat."""
        self.process = await asyncio.create_subprocess_exec(
            binary(), "chat", *self.client.arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        self.reading = asyncio.create_task(self._read())

    async def _read(self):
        while line := (await self.process.stdout.readline()).decode().rstrip("\n"):
            if match := TOLD.fullmatch(line):
                self.told.add(match[1])
            elif line.startswith(f"{self.contact}: "):
                self.heard.append(line.removeprefix(f"{self.contact}: "))
                self.times.append(time.monotonic())

    async def talk(self, each_second):
        """Says one number after another, until it is cancelled."""
        for number in itertools.count():
            self.said.append(str(number))
            self.process.stdin.write(f"{number}\n".encode())
            await self.process.stdin.drain()
            await asyncio.sleep(1 / each_second)

    async def end(self):
        """Ends the chat, as the end of its input does."""
        self.process.stdin.close()
        await asyncio.wait_for(self.process.wait(), PATIENCE_SECONDS)
        await self.reading
        assert self.process.returncode == 0

    async def kept(self, is_own):
        """What is in the file, of this one or of the other side: texts and phases."""
        kept = await self.client.run("messages", "--with", self.contact, "--limit", "1000000")
        return [
            (message["text"], message["phase"]) for message in kept if message["isOwn"] == is_own]


async def meet(url, folder, number):
    """Two people who know each other."""
    names = [f"Alice{number}", f"Bob{number}"]
    alice, bob = (Client(url, folder, name) for name in names)
    hosting = await alice.start("invite", "--wait")
    link = json.loads(await hosting.stdout.readline())["link"]
    await bob.run("accept", link, "--wait")
    await asyncio.wait_for(hosting.communicate(), PATIENCE_SECONDS)
    assert hosting.returncode == 0
    return [Person(alice, *names), Person(bob, *reversed(names))]


class Talk:
    """Pairs who talk through a relay that is killed, and started again at the same address."""

    def __init__(self, start_relay, each_second):
        self.start_relay = start_relay
        self.each_second = each_second
        self.people = []
        #: Each two of `people`: who speaks, and who hears.
        self.directions = []
        self.relay = start_relay()
        self.kills = 0

    async def meet(self, folder, count):
        """Makes pairs, a few at a time."""
        gate = asyncio.Semaphore(4)

        async def one(number):
            async with gate:
                return await meet(self.relay.url, folder, number)

        for pair in await asyncio.gather(*[one(number) for number in range(count)]):
            self.people += pair
            self.directions += [pair, pair[::-1]]

    @contextlib.asynccontextmanager
    async def going_on(self):
        """Everybody talks; at the end they fall silent, and wait until they are told that all has
        arrived."""
        talking = []
        try:
            for person in self.people:
                await person.start()
                talking.append(asyncio.create_task(person.talk(self.each_second)))
            await self.all_hear_more()
            yield
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)
            await until(lambda: all(len(person.told) == len(person.said) for person in self.people),
                        "everybody is told that all has arrived")
            await asyncio.gather(*[person.end() for person in self.people])
            assert await asyncio.to_thread(self.relay.stop) == 0
        finally:
            for task in talking:
                task.cancel()
            for person in self.people:
                if person.process and person.process.returncode is None:
                    person.process.kill()
            self.relay.kill()

    async def kill_the_relay(self):
        """Kills it, holds what senders were told against what has come, and starts it again."""
        self.relay.kill()
        self.kills += 1
        # Nothing can come any more, except out of the pipes.
        for speaker, hearer in self.directions:
            told = set(speaker.told)
            await until(lambda: told <= set(hearer.heard),
                        f"{hearer.name} has all that {speaker.name} was told", 5)
        self.relay = await asyncio.to_thread(self.start_relay)

    async def all_hear_more(self):
        """Waits until everybody has heard more than until now."""
        counts = [len(person.heard) for person in self.people]
        await until(lambda: all(len(person.heard) > count
                                for count, person in zip(counts, self.people)),
                    "everybody hears the other again")

    async def losses(self):
        """How many of what was said are not there in the end, come twice, and are out of order: as
        they came, and in the files of both sides."""
        lost = doubled = misplaced = 0
        for speaker, hearer in self.directions:
            sent, come = await speaker.kept(is_own=True), await hearer.kept(is_own=False)
            assert {phase for _, phase in sent} <= {"DELIVERED", "READ"}
            for texts in (hearer.heard, [text for text, _ in sent], [text for text, _ in come]):
                lost += len(set(speaker.said) - set(texts))
                doubled += len(texts) - len(set(texts))
                misplaced += texts != sorted(texts, key=int)
        return lost, doubled, misplaced

    @property
    def message_count(self):
        """How much was said."""
        return sum(len(person.said) for person in self.people)

    @property
    def longest_gap(self):
        """The longest time in which somebody heard nothing, in seconds."""
        return max(
            later - earlier for person in self.people
            for earlier, later in itertools.pairwise(person.times))
