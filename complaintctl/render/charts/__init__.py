"""Charts as inline SVG for pages: no script, colours by CSS class, every bar named for screen readers."""
