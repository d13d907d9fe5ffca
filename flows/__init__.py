"""How it runs: sources, archive, the flow and the command line."""
