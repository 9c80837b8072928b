"""What leaves and what is fetched, whatever the channel: the courier, the fetcher, and the documents on their way.

Says nothing to anyone.
"""
