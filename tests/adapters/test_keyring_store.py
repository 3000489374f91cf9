"""Is a secret kept off the loop, under a deadline, in an allowed keyring, or refused in words?"""

import asyncio
import threading

import keyring.errors
import pytest

from telesales_desktop.adapters.keyring_store import MAX_SECRET_CHARS, KeyringStore
from telesales_desktop.application.ports import SecretName
from telesales_desktop.domain.errors import CredentialsError

NAME = SecretName.PRIVATE_KEY


class Keyring:
    """Behaves as a backend does: deleting what is not there is an error."""

    def __init__(self):
        self.items = {}
        self.threads = set()

    def get_password(self, service, username):
        self.threads.add(threading.current_thread().name)
        return self.items.get((service, username))

    def set_password(self, service, username, password):
        self.items[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.items:
            raise keyring.errors.PasswordDeleteError("none")
        del self.items[service, username]


def store_over(backend, **given):
    return KeyringStore(lambda: ("Test keyring", backend), **given)


async def problem(awaitable):
    with pytest.raises(CredentialsError) as refused:
        await awaitable
    return refused.value.problem


async def test_a_secret_is_written_read_and_forgotten():
    backend = Keyring()
    store = store_over(backend)
    assert await store.read("shop", NAME) is None
    await store.write("shop", NAME, "s" * MAX_SECRET_CHARS)
    assert await store.read("shop", NAME) == "s" * MAX_SECRET_CHARS
    assert list(backend.items) == [
        ("telesales-desktop/shop/affirm-private-key", "telesales-desktop")
    ]
    await store.delete("shop", NAME)
    await store.delete("shop", NAME)
    assert await store.read("shop", NAME) is None
    assert backend.threads == {"keyring"}


async def test_each_secret_is_an_item_of_its_own():
    backend = Keyring()
    store = store_over(backend)
    for profile in ("shop", "shop-ca"):
        for name in SecretName:
            await store.write(profile, name, f"{profile} {name.value}")
    assert len({service for service, _ in backend.items}) == 2 * len(SecretName)


@pytest.mark.parametrize("value", ["", "s" * (MAX_SECRET_CHARS + 1)])
async def test_what_some_keyring_could_not_keep_is_refused_before_the_call(value):
    backend = Keyring()
    assert await problem(store_over(backend).write("shop", NAME, value)) == "not_allowed"
    assert backend.items == {}


async def test_the_check_leaves_nothing_and_names_the_keyring():
    backend = Keyring()
    assert await store_over(backend).check() == "Test keyring"
    assert backend.items == {}


async def test_a_keyring_that_forgets_does_not_pass():
    class Forgetful(Keyring):
        def set_password(self, service, username, password):
            pass

    assert await problem(store_over(Forgetful()).check()) == "refused"


async def test_a_keyring_that_does_not_delete_does_not_pass():
    class Hoarding(Keyring):
        def delete_password(self, service, username):
            pass

    assert await problem(store_over(Hoarding()).check()) == "refused"


async def test_a_keyring_that_changes_what_it_keeps_does_not_pass():
    class Altering(Keyring):
        def get_password(self, service, username):
            found = super().get_password(service, username)
            return found and found + " "

    backend = Altering()
    assert await problem(store_over(backend).check()) == "refused"
    assert backend.items == {}


class LockedException(Exception):  # noqa: N818 - as one library spells it
    pass


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (keyring.errors.KeyringLocked("jane's collection"), "locked"),
        (LockedException("jane's item"), "locked"),
        (keyring.errors.NoKeyringError("none"), "no_keyring"),
        (keyring.errors.InitError("prompt dismissed"), "no_keyring"),
        (keyring.errors.PasswordSetError("jane"), "refused"),
        (OSError(1783, "stub received bad data"), "refused"),
        (CredentialsError("no_keyring", "x"), "no_keyring"),
    ],
)
async def test_each_failure_has_its_word_and_quotes_nothing(error, word):
    class Failing(Keyring):
        def get_password(self, service, username):
            raise error

    with pytest.raises(CredentialsError) as refused:
        await store_over(Failing()).read("shop", NAME)
    assert refused.value.problem == word
    assert "jane" not in str(refused.value)


async def test_a_failing_opener_is_asked_again_next_time():
    answers = iter([CredentialsError("no_keyring"), ("Late keyring", Keyring())])

    def opener():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    store = KeyringStore(opener)
    assert await problem(store.check()) == "no_keyring"
    assert await store.check() == "Late keyring"


class Prompting(Keyring):
    """A keyring that waits for a person before each write."""

    def __init__(self):
        super().__init__()
        self.answered = threading.Event()
        self.waiting = threading.Event()
        self.asked = 0

    def set_password(self, service, username, password):
        self.asked += 1
        self.waiting.set()
        self.answered.wait(30)
        super().set_password(service, username, password)


async def test_a_prompt_nobody_answers_ends_at_the_deadline_and_blocks_nobody_else():
    backend = Prompting()
    store = store_over(backend, deadline_s=0.05)
    assert await problem(store.write("shop", NAME, "one")) == "timed_out"
    assert backend.waiting.is_set()
    # The prompt is still open: the next call waits its turn, gives up, and is then never made.
    assert await problem(store.write("shop", NAME, "two")) == "timed_out"
    backend.answered.set()
    await asyncio.to_thread(_end_of_keyring_threads)
    assert backend.asked == 1
    assert list(backend.items.values()) == ["one"]  # the first was under way
    assert await store.read("shop", NAME) == "one"


def _end_of_keyring_threads():
    for thread in threading.enumerate():
        if thread.name == "keyring":
            assert thread.daemon
            thread.join(30)


def test_a_program_that_ends_during_a_prompt_is_not_held_and_says_nothing():
    backend = Prompting()

    async def ends_early():
        store = store_over(backend, deadline_s=30)
        calling = asyncio.create_task(store.write("shop", NAME, "one"))
        await asyncio.to_thread(backend.waiting.wait, 30)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling

    asyncio.run(ends_early())
    backend.answered.set()  # the loop is closed by now
    _end_of_keyring_threads()
