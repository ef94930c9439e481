"""Cases as rows of a table for other programs: the columns, what is masked, and which cells a spreadsheet would calculate."""
