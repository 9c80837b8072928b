"""From the outbox to Telegram: a letter becomes Telegram's, at the pace that it bears."""
