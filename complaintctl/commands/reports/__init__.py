"""Reports: figures over many cases."""
