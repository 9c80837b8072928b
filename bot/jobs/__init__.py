"""What time brings rather than a message: reminders, what is erased, what moves, what nobody answers.

Each looks again and again.
"""
