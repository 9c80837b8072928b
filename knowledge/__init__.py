"""What the assistant knows: YAML loaded and checked, questions matched. Pure once loaded; imports nothing of ours."""
