"""The contract between desktop and relay. Standard library only."""
