"""What the tests of the relay share: the relay, and a runner for tests that are coroutines.

SIMPATICO_URL tests a relay that is already running, for example http://127.0.0.1:8080.
Otherwise `simpatico serve` is started (SIMPATICO_BIN, or .build/debug/simpatico), and must end
with exit code 0 on SIGTERM.
"""

import asyncio
import inspect
import os

import pytest

from relay import Relay

SHORT_DEADLINE_SECONDS = 2


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Runs a test that is a coroutine function in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(scope="session")
def url():
    """The address of the relay under test."""
    if "SIMPATICO_URL" in os.environ:
        yield os.environ["SIMPATICO_URL"]
        return
    relay = Relay()
    yield relay.url
    assert relay.stop() == 0


@pytest.fixture
def deadline():
    """A relay's address, and the seconds after which it gives up on a client that is silent."""
    if "SIMPATICO_URL" not in os.environ:
        relay = Relay("--registration-timeout", str(SHORT_DEADLINE_SECONDS))
        yield relay.url, SHORT_DEADLINE_SECONDS
        assert relay.stop() == 0
    elif "SIMPATICO_DEADLINE_MS" in os.environ:
        yield os.environ["SIMPATICO_URL"], int(os.environ["SIMPATICO_DEADLINE_MS"]) / 1000
    else:
        pytest.skip("SIMPATICO_DEADLINE_MS does not say when the running relay gives up")
