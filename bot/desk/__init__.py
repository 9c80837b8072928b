"""The staff's side: what they may do with dossiers and threads, whatever the desk they sit at."""
