"""The web form as files of the forges."""
