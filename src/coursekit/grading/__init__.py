"""Grading: run what students wrote on one side of a line of trust, judge it on the other.

`wire` and `candidate` belong to the untrusted side and ship with the student edition;
everything else is the instructor's and stays out of it.
"""
