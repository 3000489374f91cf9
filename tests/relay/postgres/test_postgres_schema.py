"""Is a database made whole, recognised, and brought up to date once, whoever else is at it?"""

import threading

import pytest

from telesales_desktop.relay import postgres_schema, schema
from telesales_desktop.relay.postgres_connection import PostgresConnection
from telesales_desktop.relay.store import NotARelayError, StoreError
from tests.relay.postgres import bases

pytestmark = pytest.mark.postgres


def names(url: str) -> set[str]:
    db = PostgresConnection(url)
    rows = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = {name for (name,) in rows}
    db.close()
    return found


def next_version(monkeypatch, step: str) -> None:
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr(postgres_schema, "STEPS", {schema.VERSION - 1: step})


def test_both_engines_have_the_same_tables():
    assert postgres_schema.tables().count("CREATE") == schema.TABLES.count("CREATE")
    for word in ("STRICT", "BLOB", "INTEGER"):
        assert word not in postgres_schema.tables()


def test_an_empty_database_is_not_a_relays(url):
    with pytest.raises(NotARelayError, match="telesales-relay init"):
        postgres_schema.connect(url)


def test_one_that_is_a_relays_is_not_made_again(relay_url):
    with pytest.raises(NotARelayError, match="already"):
        bases.fill(relay_url)
    postgres_schema.connect(relay_url).close()


def test_one_that_could_not_be_made_is_not_there(url):
    def failing():
        with postgres_schema.new_database(url):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert names(url) == set()
    bases.fill(url)


def test_a_database_that_is_not_there(cluster):
    with pytest.raises(NotARelayError, match="createdb"):
        postgres_schema.connect(cluster.url("nowhere"))


def test_an_address_that_is_none():
    with pytest.raises(NotARelayError, match="address"):
        postgres_schema.connect("postgresql://relay@127.0.0.1:x/relay")


@pytest.mark.parametrize("password", ["secret/word", "secret?word", "secret#word", "secret[word"])
def test_a_password_that_makes_an_address_none_is_not_repeated(password):
    with pytest.raises(NotARelayError, match="must look like") as refused:
        postgres_schema.connect(f"postgresql://relay:{password}@127.0.0.1/relay")
    assert "secret" not in str(refused.value)
    assert "word" not in str(refused.value)


def test_a_server_that_is_not_there():
    with pytest.raises(StoreError) as refused:
        postgres_schema.connect("postgresql://relay:secret-word@127.0.0.1:1/relay")
    assert not isinstance(refused.value, NotARelayError)
    assert "secret-word" not in str(refused.value)


def test_a_newer_relays_database_is_left_alone(relay_url, monkeypatch):
    monkeypatch.setattr(schema, "VERSION", schema.VERSION - 1)
    with pytest.raises(NotARelayError, match="newer"):
        postgres_schema.connect(relay_url)


def test_an_older_database_is_brought_up_to_date_once(relay_url, monkeypatch):
    next_version(monkeypatch, "CREATE TABLE added (n BIGINT); INSERT INTO added VALUES (1)")
    connections = []

    def connect():
        connections.append(postgres_schema.connect(relay_url))

    replicas = [threading.Thread(target=connect) for _ in range(6)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join()
    assert len(connections) == 6
    assert connections[0].execute("SELECT n FROM added").fetchall() == [(1,)]
    for connection in connections:
        connection.close()


def test_one_that_is_killed_meanwhile_is_as_it_was(relay_url, monkeypatch):
    before = names(relay_url)
    killed = "CREATE TABLE half (n BIGINT); SELECT pg_terminate_backend(pg_backend_pid())"
    next_version(monkeypatch, killed)
    with pytest.raises(StoreError):
        postgres_schema.connect(relay_url)
    assert names(relay_url) == before
    monkeypatch.setattr(
        postgres_schema, "STEPS", {schema.VERSION - 1: "CREATE TABLE whole (n BIGINT)"}
    )
    postgres_schema.connect(relay_url).close()
    assert names(relay_url) == before | {"whole"}
