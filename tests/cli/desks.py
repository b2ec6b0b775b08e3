"""A shop with something to send, its simulated Amazon, and the program in its folder, by the clock on the wall."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.commandline import Program, Result
from tests.crashes.scenarios import CALM, goods, seller
from tests.live import LiveShop, wrong_requests
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.report_texts import ALL

PULLS = 3  # imports after which all is known of the shop


class Desk:
    """The program in a shop that has something to send, at a moment that is as good as now."""

    def __init__(self, shop: LiveShop) -> None:
        self.shop = shop
        self.program = Program(shop.folder)

    def run(self, *words: str, stdin: str = "") -> Result:
        """Run a command in a process of its own, as a script does."""
        done = self.program.process(*words, stdin=stdin, env=self.shop.environ)
        self.shop.said += [done.out, done.err]
        return done

    def typed(self, *words: str, answers: tuple[str, ...] = (), width: int = 80) -> Result:
        """Run a command on a terminal."""
        env = {**self.shop.environ, "NO_COLOR": "1"}
        return self.program.terminal(*words, answers=answers, width=width, env=env)

    def settings(self, **changed: object) -> None:
        """Change the settings of the store."""
        for name, value in changed.items():
            setattr(self.shop.stores["us"], name, value)
        self.shop.write()

    @property
    def writes(self) -> list[str]:
        """Return the seller SKUs that were written to, in that order."""
        return [one.sku for one in self.shop.simulator.writes.all()]


@contextmanager
def desk_in(folder: Path, *, changed: bool = True) -> Iterator[Desk]:
    """Yield the program in a live shop that knows all of its listings, much of which has *changed* in Commerce."""
    owner = seller()
    owner.report_delay = owner.submission_delay = owner.feed_delay = 0.0
    with AmazonSimulator(owner, plans=False) as simulator:
        shop = LiveShop(folder, simulator, VirtualClock(time.time()), goods(changed=changed))
        shop.settings = CALM
        shop.stores["us"].read_only = False
        shop.write()
        simulator.ask_report(ALL)
        shop.imports(PULLS, every=0.0)
        simulator.ledger.clear()
        yield Desk(shop)
        assert shop.leaks() == []
        assert wrong_requests(simulator.ledger.calls()) == []
