"""What all that is served over HTTP shares: server, headers, forms, sessions, live updates. No page of any room."""
