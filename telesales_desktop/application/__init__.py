"""What an agent or a supervisor can do: coroutines over ports."""
