"""Pure decisions: values in, values out. No file, socket, clock, logger or pydantic in here."""
