"""A relay that is killed while people talk through it: nothing that was acknowledged is lost."""

import asyncio
import random

from pairs import Talk
from relay import Relay, own_port


async def test_people_who_talk_lose_nothing_when_the_relay_is_killed(tmp_path):
    port = str(own_port())
    talk = Talk(lambda: Relay("--port", port), each_second=3)
    await talk.meet(tmp_path, 3)
    async with talk.going_on():
        await asyncio.sleep(random.uniform(0.5, 1.5))
        await talk.kill_the_relay()
        await talk.all_hear_more()
        await asyncio.sleep(random.uniform(0.5, 1.5))
        await talk.kill_the_relay()
        # Once more while some are back and some are not, and much is under way again.
        await asyncio.sleep(random.uniform(0.5, 1.5))
        await talk.kill_the_relay()
        await talk.all_hear_more()
    assert await talk.losses() == (0, 0, 0)
    assert talk.message_count > 100
