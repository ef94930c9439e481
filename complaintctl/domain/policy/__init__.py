"""What a team promises, and the blocks of its forms."""
