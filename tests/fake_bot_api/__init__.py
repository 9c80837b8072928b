"""A Telegram of our own for the tests: a Bot API server on loopback, in memory, that can also fail on request.

It speaks the real wire format over real HTTP. Faithful where it matters to us: an update is forgotten only when a
higher offset is asked for or the webhook answered 2xx; a webhook is called in order for each chat, and for each
person's buttons; what failed is delivered again; it refuses in Telegram's own words. `python -m tests.fake_bot_api`
runs it with a small page where one can play the person.
"""
