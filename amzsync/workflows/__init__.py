"""One file for each thing a user asks for: gather, decide, apply."""
