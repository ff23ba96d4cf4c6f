"""A cable between browsers and a relay that can go dead without a word, as networks do."""

import socket
import threading
import urllib.parse

CHUNK = 65_536


class Cable:
    """Passes bytes on in both directions, or holds them back, while every connection stays open."""

    def __init__(self, url):
        self._relay = (urllib.parse.urlsplit(url).hostname, urllib.parse.urlsplit(url).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = threading.Event()
        self._open.set()
        self._sockets = [self._listener]
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self):
        """From now on nothing passes."""
        self._open.clear()

    def let_go(self):
        """What was held back passes, and all that follows."""
        self._open.set()

    def close(self):
        for each in self._sockets:
            each.close()
        self._open.set()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
                relay = socket.create_connection(self._relay)
            except OSError:
                return
            self._sockets += [client, relay]
            for source, target in ((client, relay), (relay, client)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source, target):
        try:
            while chunk := source.recv(CHUNK):
                self._open.wait()
                target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            target.close()
