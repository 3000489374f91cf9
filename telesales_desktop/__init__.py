"""Telesales Desktop: sell by phone with Affirm."""

__version__ = "0.1.0"
