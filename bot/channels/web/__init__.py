"""The web page where towns converse with the assistant: a channel that pulls. No page of the staff lives here."""

from bot.channels.names import WEB

CHANNEL = WEB
