"""What a merge left in conflict."""
