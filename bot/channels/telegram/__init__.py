"""Telegram: updates become messages, replies become Telegram's. One noun a file; `channel` puts them together."""

#: The name of the channel.
CHANNEL = "telegram"
