"""What do the simulator's tests share?"""

import httpx
import pytest

from telesales_desktop.simulator.app import create_app
from telesales_desktop.simulator.settings import Settings
from tests.simulator.orders import BASE_URL, CREDENTIALS, fixed_clock


class Hook:
    """A merchant's webhook endpoint that keeps what it gets."""

    def __init__(self):
        self.requests = []
        self.status = 200

    async def handle_async_request(self, request):
        self.requests.append((request, await request.aread()))
        return httpx.Response(self.status)

    @property
    def bodies(self):
        return [body.decode() for _, body in self.requests]


class _HookTransport(httpx.AsyncBaseTransport):
    def __init__(self, hook):
        self._hook = hook

    async def handle_async_request(self, request):
        return await self._hook.handle_async_request(request)


@pytest.fixture
def hook():
    return Hook()


@pytest.fixture
async def app(hook):
    """A whole stand-in in-process; its clock stands still and its webhooks go to ``hook``."""
    settings = Settings(hook_url="http://127.0.0.1:9/hooks/affirm/secret")
    app = create_app(
        *CREDENTIALS,
        settings=settings,
        seed=1,
        clock=fixed_clock(),
        hook_transport=_HookTransport(hook),
    )
    yield app
    await app.aclose()


@pytest.fixture
async def client(app):
    """A merchant's server with the right keys."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=CREDENTIALS) as http:
        yield http


@pytest.fixture
async def browser(app):
    """A customer's browser: no keys, follows nothing by itself."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as http:
        yield http
