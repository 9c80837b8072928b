"""From Telegram to the assistant: an update becomes a message, kept before it is acknowledged."""
