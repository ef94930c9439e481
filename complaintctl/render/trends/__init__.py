"""Hot spots and control charts as text, for people and programs."""
