"""Where each département stands on a map of tiles of one size, laid out by hand: near its neighbours, not to scale."""

from collections.abc import Mapping

#: Each row from the north, « . » an empty tile; the last one holds those overseas.
_ROWS = """
.  .  .  .  .  .  62 59 .  .  .  .
.  .  .  .  .  76 80 02 08 .  .  .
.  .  50 14 27 95 60 .  51 55 57 67
29 22 35 61 78 92 93 77 10 54 88 68
.  56 53 72 28 75 94 .  89 52 70 90
.  44 49 37 41 45 91 58 21 39 25 .
.  85 79 86 36 18 03 71 01 74 .  .
.  17 16 87 23 63 42 69 38 73 .  .
.  33 24 19 15 43 07 26 05 .  .  .
.  40 47 46 12 48 30 84 04 06 .  .
.  64 32 82 81 34 13 83 .  .  2B .
.  .  65 31 09 11 .  .  .  .  2A .
.  .  .  .  .  66 .  .  .  .  .  .
971 972 973 974 976 . . . . . . .
"""

#: Code of a département -> its column and its row, from the north-west.
TILES: Mapping[str, tuple[int, int]] = {
    code: (column, row)
    for row, line in enumerate(_ROWS.strip().splitlines())
    for column, code in enumerate(line.split())
    if code != "."
}
COLUMNS = 1 + max(column for column, _ in TILES.values())
ROWS = 1 + max(row for _, row in TILES.values())
