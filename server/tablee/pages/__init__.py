"""Pages: HTML by Jinja2 for people. They work without script up to the board."""
