"""Issues of a forge that were opened with the web form."""
