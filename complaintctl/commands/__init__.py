"""One short file per subcommand: read, decide, write, say."""
