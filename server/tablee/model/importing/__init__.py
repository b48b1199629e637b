"""Files that come back: what they are, whether everything in them can be, and the place of what cannot."""
