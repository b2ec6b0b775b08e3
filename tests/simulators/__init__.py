"""Servers on loopback that behave as the real ones do, and misbehave by script."""
