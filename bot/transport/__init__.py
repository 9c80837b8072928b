"""What leaves, whatever the channel: the courier and what it speaks with channels. Says nothing to anyone."""
