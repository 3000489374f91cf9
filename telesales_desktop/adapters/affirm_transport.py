"""Where may a request carry the merchant's keys? The last gate before the socket."""

from __future__ import annotations

import base64
import logging

import httpx

from telesales_desktop.adapters.affirm_hosts import Origin
from telesales_desktop.application.ports import Credentials
from telesales_desktop.domain.errors import SettingsError

_log = logging.getLogger(__name__)

CREDENTIALS_EXTENSION = "telesales_credentials"
"""The request extension in which the key pair travels to this gate, and no further."""


class AllowListTransport(httpx.AsyncBaseTransport):
    """Lets requests through to one origin only, and adds the keys only here.

    httpx would send a client's own auth to any absolute URL, so no client ever holds them.
    Errors: ``SettingsError`` for any other scheme, host or port; nothing was connected.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, origin: Origin) -> None:
        self._inner = inner
        self._origin = origin

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self._admits(request):
            _log.error("request to a foreign address refused")
            raise SettingsError("request to a foreign address refused", fields=("affirm_url",))
        headers = request.headers.copy()
        for name in ("authorization", "proxy-authorization", "cookie"):
            headers.pop(name, None)
        headers["host"] = request.url.netloc.decode("ascii")
        extensions = dict(request.extensions)
        credentials = extensions.pop(CREDENTIALS_EXTENSION, None)
        if isinstance(credentials, Credentials):
            headers["authorization"] = _basic(credentials)
        # A copy, so that an exception which keeps the caller's request keeps no key.
        bound = httpx.Request(
            request.method,
            request.url,
            headers=headers,
            stream=request.stream,
            extensions=extensions,
        )
        return await self._inner.handle_async_request(bound)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _admits(self, request: httpx.Request) -> bool:
        url = request.url
        default_port = 443 if url.scheme == "https" else 80
        return (
            url.scheme == self._origin.scheme
            # The raw host is what will be resolved: lower-case, IDNA-encoded.
            and url.raw_host.decode("ascii") == self._origin.host
            and (default_port if url.port is None else url.port) == self._origin.port
            and not url.userinfo
            and "sni_hostname" not in request.extensions
        )


def _basic(credentials: Credentials) -> str:
    pair = f"{credentials.public_key}:{credentials.private_key}".encode()
    return "Basic " + base64.b64encode(pair).decode("ascii")
