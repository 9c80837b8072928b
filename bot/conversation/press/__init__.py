"""The request to the press desk, from the offer to the message that leaves."""
