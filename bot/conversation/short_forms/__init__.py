"""Short forms from the offer to the hand-over: each a request in one go. Their questions are asked by `form`."""
