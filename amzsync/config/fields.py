"""What the tables of amzsync.toml have in common: unknown keys are refused, texts are not empty."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import ConfigDict, StringConstraints

EXACT = ConfigDict(extra="forbid", str_strip_whitespace=False)
Text = Annotated[str, StringConstraints(min_length=1)]

# The marks of Login with Amazon: client ids and secrets begin with amzn1., tokens with Atzr| and Atza|;
# an older secret is 64 hexadecimal digits.
_SECRET = re.compile(r"(amzn1\.|atz[a-z]\|)[^\s'\"]*|[0-9a-f]{32,}", re.IGNORECASE)


def is_secret(text: str) -> bool:
    """Tell whether *text* looks like a secret of Login with Amazon, or holds one."""
    return _SECRET.search(text) is not None


def without_secrets(text: str) -> str:
    """Return *text* with whatever looks like a secret taken out."""
    return _SECRET.sub("***", text)
