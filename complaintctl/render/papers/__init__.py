"""Regular papers: charts, tables and the names of their templates."""
