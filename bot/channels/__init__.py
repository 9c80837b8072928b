"""The channels, thin: each translates and sends; none decides anything."""
