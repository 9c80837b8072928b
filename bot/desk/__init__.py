"""The staff's side: what they may do with dossiers and exchanges, whatever the desk they sit at."""
