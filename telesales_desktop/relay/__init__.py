"""The companion service: takes Affirm's webhooks in, keeps them, hands them on."""
