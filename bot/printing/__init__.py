"""What leaves on paper: a sheet becomes a PDF. Nothing is decided or worded here but what a page needs."""
