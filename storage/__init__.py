"""What must survive: the only importer of SQLModel. Knows nothing of conversations or channels."""
