"""Prints <, = or > for each line with two versions, and ? where one is none, as packaging has it."""
import sys

try:
    from packaging.version import InvalidVersion, Version
except ImportError:
    from pip._vendor.packaging.version import InvalidVersion, Version

for line in sys.stdin:
    try:
        a, b = map(Version, line.split())
        print("<" if a < b else "=" if a == b else ">")
    except InvalidVersion:
        print("?")
