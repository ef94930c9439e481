"""Hot spots as text, for people and programs."""
