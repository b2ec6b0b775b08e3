"""Keep Amazon listings and Adobe Commerce products in step, with the reason for every state."""

__version__ = "0.3.0"
