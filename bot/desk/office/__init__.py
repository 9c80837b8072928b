"""What a desk with pages of its own needs below them: who signs in, what each may do, what is read. No HTML."""
