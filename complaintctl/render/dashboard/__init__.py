"""The dashboard: one page with all figures, readable without a network and without JavaScript."""
