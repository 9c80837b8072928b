"""Telegram: updates become messages, replies become Telegram's. One noun a file; `channel` puts them together."""

from bot.channels.names import TELEGRAM

CHANNEL = TELEGRAM
