"""The subcommands, one module each: read the casebook, decide, write, print."""
