"""The host's agent: drives one container Engine towards what the server assigned, and reports."""
