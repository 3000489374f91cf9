"""Why did nobody answer? In words that a person can act on, without an address or a name."""

from __future__ import annotations

from collections.abc import Iterator


def reason_of(lost: BaseException) -> str:
    """What an HTTP client's error is about; the name of its type where that is all there is."""
    import socket
    import ssl

    words: tuple[tuple[type[BaseException], str], ...] = (
        (ssl.SSLCertVerificationError, "its certificate is not trusted on this machine"),
        (ssl.SSLError, "it does not speak TLS as it should"),
        (socket.gaierror, "its name is not known"),
        (ConnectionRefusedError, "nobody listens there"),
        (TimeoutError, "it did not answer in time"),
    )
    for error in _chain(lost):
        for kind, told in words:
            if isinstance(error, kind):
                return told
        if type(error).__name__.endswith("Timeout"):  # httpx's and httpcore's, not loaded here
            return "it did not answer in time"
    return type(lost).__name__


def _chain(lost: BaseException) -> Iterator[BaseException]:
    """The error and what has led to it."""
    error: BaseException | None = lost
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
