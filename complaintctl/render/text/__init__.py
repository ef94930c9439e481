"""Labels, values, tables and pages: the parts of all other output."""
