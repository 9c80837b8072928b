"""The conversation, pure: values in, values out. No I/O, no async, no clock, no import of storage or channels."""
