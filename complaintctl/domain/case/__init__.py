"""What a case knows: its fields, the words for them, lessons and causes."""
