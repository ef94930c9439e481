"""Regular papers: what a return to a regulator and a look at an action count."""
