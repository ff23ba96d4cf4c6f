"""A relay that lies: it stands between clients and a real relay, and changes what passes."""

import asyncio
import contextlib
import json

import websockets

from peer import compact


class Middle:
    """Passes frames on, each direction through its hook.

    A hook is given the message and answers those that are passed on in its place; `None` stands for
    the message as it is. `closing` says after how many frames of the server the connections that
    follow are closed, one after another.
    """

    def __init__(self, url, port=0):
        self.relay = url.replace("http", "ws", 1) + "/ws"
        self.port = port
        self.to_client = lambda message: None
        self.to_server = lambda message: None
        self.closing = []
        self.connections = []
        self.codes = []
        self.server = None

    @property
    def url(self):
        """Where clients come to."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self):
        self.server = await websockets.serve(
            self._accept, "127.0.0.1", self.port, ping_interval=None, max_size=1 << 20)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()
        await self.server.wait_closed()

    async def say(self, message):
        """Tells every client something that no server has said."""
        for connection in self.connections:
            with contextlib.suppress(websockets.ConnectionClosed):
                await connection.send(compact(message))

    async def _accept(self, client):
        frames = self.closing.pop(0) if self.closing else None
        if frames == 0:
            return await client.close(1001, "going away")
        async with websockets.connect(
                self.relay, proxy=None, ping_interval=None, max_size=1 << 20) as server:
            self.connections.append(client)
            up = asyncio.create_task(self._pass(client, server, lambda m: self.to_server(m)))
            try:
                await self._pass(server, client, lambda m: self.to_client(m), frames)
            finally:
                self.connections.remove(client)
                await client.close(1001, "going away")
                await asyncio.gather(up, return_exceptions=True)
                self.codes.append(client.close_code)
        return None

    @staticmethod
    async def _pass(source, target, hook, frames=None):
        with contextlib.suppress(websockets.ConnectionClosed):
            async for frame in source:
                passed = hook(json.loads(frame))
                for text in [frame] if passed is None else map(compact, passed):
                    await target.send(text)
                if frames is not None:
                    frames -= 1
                    if frames == 0:
                        return
        await target.close()


def once(is_meant, change):
    """A hook that changes the first message that is meant, and passes on all others."""
    waiting = [True]

    def hook(message):
        if waiting and is_meant(message):
            waiting.clear()
            return change(message)
        return None

    return hook
