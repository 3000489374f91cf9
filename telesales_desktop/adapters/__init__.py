"""The outside: Affirm, the relay, the journal, the keyring, settings, logs."""
