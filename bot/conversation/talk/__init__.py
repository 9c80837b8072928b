"""What every room speaks: what came in, what goes out, what is remembered, what is wanted done. No route lives here."""
