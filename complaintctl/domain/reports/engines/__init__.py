"""Reports whose cases are counted by an engine (SQL, ibis): what it is asked, and how its counts become figures."""
