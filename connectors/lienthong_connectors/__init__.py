"""The connectors to the five national systems, found by entry point."""
