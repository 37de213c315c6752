"""Publishing: what leaves the instructor's house, and in which shape."""
