"""Times in the tables of other systems: layouts, zones, and the names of months."""
