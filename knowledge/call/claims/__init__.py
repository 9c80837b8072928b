"""What an answer may claim, on what and when: its statements on a day, the rules of wording, the table of an audit.

Nothing here reads a file or knows how an answer is served.
"""
