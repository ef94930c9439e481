"""Tables for analytic engines: exported cases as Parquet, and the figures of a report counted by SQL or ibis."""
