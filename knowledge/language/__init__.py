"""French as it is written: texts folded and split, days and numbers in words. Knows no call and no question."""
