"""What the recipients of each channel are kept under, for ever. No import of any channel: every command reads this."""

TELEGRAM = "telegram"
WEB = "web"
TERMINAL = "terminal"
LINES = "lines"
