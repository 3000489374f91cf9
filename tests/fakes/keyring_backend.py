"""A keyring that forgets everything after the test; it can be made to fail."""

from typing import ClassVar


class Keyring:
    """As the program opens a platform's own: by name. ``kept`` by service."""

    kept: ClassVar[dict[str, str]] = {}
    refuses: ClassVar[set[str]] = set()  # the last word of a service that cannot be written
    priority = 1

    def get_password(self, service, username):
        return self.kept.get(service)

    def set_password(self, service, username, password):
        if service.rpartition("/")[2] in self.refuses:
            raise RuntimeError("the keyring is full")
        self.kept[service] = password

    def delete_password(self, service, username):
        del self.kept[service]
