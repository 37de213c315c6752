"""Data that the course makes or loads: drawn faces, and their twins from the real world."""
