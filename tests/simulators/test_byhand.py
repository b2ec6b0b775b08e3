"""The simulator runs as a program."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from tests.simulators.tokens import Credentials


def test_it_says_how_to_reach_it_serves_and_ends_by_ctrl_c() -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.simulators.amazon", "--port", "0", "--listings", "3"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout is not None
        lines = list(
            iter(running.stdout.readline, "Reports are done after 20 seconds. Ctrl-C ends it.\n")
        )
        found = re.search(r'token_url = "(.+)"', "".join(lines))
        assert found is not None
        own = Credentials()
        form = {
            "grant_type": "refresh_token",
            "client_id": own.client_id,
            "client_secret": own.client_secret,
            "refresh_token": own.refresh_token,
        }
        with httpx.Client(verify=False, trust_env=False) as http:
            status = http.post(found[1], data=form).status_code
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    finally:
        running.kill()
        running.wait()
    assert (status, running.returncode) == (200, 0)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT[\d:.]+Z 200 token POST /auth/o2/token\n\n1 requests\n", err
    )
    assert "canary" not in err
