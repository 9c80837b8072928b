"""Dossiers and threads found by words: what each is found by, and the lists of every desk. Nothing here changes one."""
