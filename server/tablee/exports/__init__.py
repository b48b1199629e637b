"""Files that people take home, made of a `Pack`."""
