"""The demonstration: a composition root that runs every program on loopback."""
