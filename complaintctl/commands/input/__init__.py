"""What a writing command takes from the keyboard: the cases that it names, and answers to questions."""
