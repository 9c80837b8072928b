"""Documents on their way: fetched from their channel, looked at, kept, told of; made anew when a message leaves."""
