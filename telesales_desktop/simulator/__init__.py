"""A stand-in for Affirm on loopback, written from its documented behaviour alone."""
