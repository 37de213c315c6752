"""Grading: run what students wrote on one side of a line of trust, judge it on the other.

`candidate`, `cells`, `seal`, `warm` and `wire` serve the untrusted side and ship with the student
edition; everything else is the instructor's and stays out of it.
"""

import sys

# jsonschema compiles a grammar of web addresses with it at import, which takes a second; it does
# without where it is missing, and nothing here checks addresses.
sys.modules.setdefault("rfc3987_syntax", None)
