"""``push``, ``publish``, ``end``, ``relist``, ``revise`` and ``adopt`` as processes that ask a simulated Amazon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.store import home, state
from tests.cli.desks import Desk, desk_in
from tests.live import LiveStore
from tests.simulators import faults

CTRL_D = "\x04"
FIELDS = {
    "store", "planned", "sent", "accepted", "confirmed", "rejected", "unconfirmed", "abandoned", "settled", "open",
    "left", "refused", "returned", "notes", "calls",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


# -- asking --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["y\n", "YES\n"])
def test_what_is_agreed_to_on_a_terminal_is_sent(desk: Desk, said: str) -> None:
    done = desk.typed("push", "--sku", "PRICE", answers=(said,))
    assert done.code == 0, done.out
    assert "Send this change to Amazon?" in done.out
    assert "22.00" in done.out
    assert desk.writes == ["PRICE"]


@pytest.mark.parametrize(
    "said", ["n\n", "\n", "what\n", CTRL_D], ids=["n", "nothing", "what", "Ctrl-D"]
)
def test_what_is_not_agreed_to_is_not_sent(desk: Desk, said: str) -> None:
    done = desk.typed("push", answers=(said,))
    assert (done.code, desk.writes) == (1, [])
    assert "Nothing was sent." in done.out
    assert "Send these 8 changes to Amazon?" in done.out


def test_where_nobody_can_be_asked_nothing_is_sent(desk: Desk) -> None:
    said = desk.run("push", stdin="y\n").refused(2)
    assert said.endswith(
        "Nobody is there to be asked whether to send it. Add --yes, or use amzsync sync.\n"
    )
    assert desk.writes == []


def test_where_it_was_agreed_to_before_nobody_is_asked(desk: Desk) -> None:
    done = desk.run("push", "--yes").fine()
    assert sorted(set(desk.writes)) == ["BOTH", "DOWN", "LESS", "MORE", "PRICE", "ZERO"]
    assert "Send" not in done.err
    assert done.out.splitlines()[0].startswith("Store us: 8 changes sent")


def test_on_eighty_columns_every_line_fits(desk: Desk) -> None:
    done = desk.typed("push", answers=("y\n",), width=80)
    assert done.code == 0
    plain = re.sub(r"\x1b\[\d*m", "", done.out)
    assert [line for line in plain.splitlines() if len(line) > 80] == []


def test_json_is_all_that_is_on_stdout(desk: Desk) -> None:
    done = desk.run("push", "--yes", "--output", "json", "--sku", "PRICE").fine()
    (store,) = done.json()["stores"]
    assert store.keys() == FIELDS
    assert sum(store[come] for come in ("sent", "accepted", "confirmed")) == 1
    assert store["calls"]["patchListingsItem"] == 1


def test_csv_has_a_row_for_each_store(desk: Desk) -> None:
    (row,) = desk.run("push", "--yes", "--output", "csv", "--sku", "PRICE").fine().csv()
    assert (row["store"], row["abandoned"], row["left"]) == ("us", "0", "0")
    assert sum(int(row[come]) for come in ("sent", "accepted", "confirmed")) == 1


def test_there_may_be_nothing_to_send(desk: Desk) -> None:
    done = desk.run("push", "--sku", "SAME").fine()
    assert done.out == "Store us: nothing to send\n"
    assert desk.writes == []


# -- by hand -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["publish", "end", "relist", "revise"])
def test_by_hand_it_must_be_said_for_which_listings(desk: Desk, command: str) -> None:
    said = desk.run(command, "--yes").refused(2)
    assert f"{command} needs to know for which listings. Add --sku or --tab." in said
    assert desk.writes == []


def test_a_listing_is_ended_by_hand(desk: Desk) -> None:
    done = desk.typed("end", "--sku", "SAME", answers=("y\n",))
    assert done.code == 0, done.out
    assert "goes to 0 first" in " ".join(done.out.split())
    assert desk.writes == ["SAME"]


def test_a_product_is_published_by_hand(desk: Desk) -> None:
    desk.run("publish", "--sku", "NEW", "--yes").fine()
    assert desk.writes == ["NEW"]


def test_what_cannot_be_done_says_that_there_is_nothing(desk: Desk) -> None:
    done = desk.run("relist", "--sku", "NEW", "--yes").fine()
    assert "There is nothing to send for these." in done.err
    assert desk.writes == []


# -- a plan in a file ----------------------------------------------------------------------------------


def test_a_plan_in_a_file_is_sent_as_it_is(desk: Desk) -> None:
    desk.run("plan", "--sku", "PRICE", "--out", "plan.json").fine()
    desk.run("push", "plan.json").fine()
    assert desk.writes == ["PRICE"]


@pytest.mark.parametrize(
    "more", [("--sku", "A"), ("--tab", "active"), ("--force",), ("--store", "us")], ids=str
)
def test_no_part_of_a_file_can_be_chosen(desk: Desk, more: tuple[str, ...]) -> None:
    said = desk.run("push", "plan.json", *more).refused(2)
    assert "A plan in a file is sent as it is." in said


def test_a_file_that_was_changed_is_not_sent(desk: Desk) -> None:
    desk.run("plan", "--out", "plan.json").fine()
    path = desk.shop.folder / "plan.json"
    path.write_text(path.read_text().replace("22.00", "12.00"))
    said = desk.run("push", "plan.json").refused(65)
    assert "its checksum does not fit; nothing was sent. Plan again." in said
    assert desk.writes == []


def test_a_file_of_a_state_that_has_moved_is_not_sent(desk: Desk) -> None:
    desk.run("plan", "--out", "plan.json").fine()
    desk.run("push", "--sku", "PRICE", "--yes").fine()
    said = desk.run("push", "plan.json").refused(65)
    assert "the state has moved since" in said
    assert desk.writes == ["PRICE"]


def test_a_file_that_is_not_there_is_told(desk: Desk) -> None:
    assert "No file plan.json." in desk.run("push", "plan.json").refused(66)


def test_what_a_file_holds_back_is_not_sent(desk: Desk) -> None:
    desk.shop.settings = "[guards]\nplan_share = 1.0\nprice_move = 0.01\n"
    desk.shop.write()
    assert desk.run("plan", "--sku", "PRICE", "--out", "plan.json").code == 65
    done = desk.run("push", "plan.json")
    assert (done.code, desk.writes) == (65, [])
    assert "held back" in done.err


# -- exit codes ----------------------------------------------------------------------------------------


def test_what_is_held_back_ends_with_65_and_the_rest_is_sent(desk: Desk) -> None:
    desk.shop.settings = "[guards]\nplan_share = 1.0\nprice_move = 0.01\n"
    desk.shop.write()
    done = desk.run("push", "--yes", "--sku", "PRICE", "--sku", "ZERO")
    assert (done.code, desk.writes) == (65, ["ZERO"])
    assert "--allow price-move" in done.err
    allowed = desk.run("push", "--yes", "--sku", "PRICE", "--allow", "price-move")
    assert (allowed.code, desk.writes) == (0, ["ZERO", "PRICE"])


def test_what_is_all_held_back_is_not_called_nothing(desk: Desk) -> None:
    desk.shop.settings = "[guards]\nplan_share = 1.0\nprice_move = 0.01\n"
    desk.shop.write()
    done = desk.run("revise", "--yes", "--sku", "PRICE")
    assert (done.code, desk.writes) == (65, [])
    assert "nothing to send for these" not in done.err
    assert "held back" in done.err


def test_what_amazon_refuses_ends_with_69(desk: Desk) -> None:
    desk.shop.simulator.always("patchListingsItem", faults.role_missing())
    done = desk.run("push", "--yes", "--sku", "PRICE")
    assert (done.code, "Traceback" in done.err) == (69, False)
    assert "amzsync log --errors" in done.err


def test_what_amazon_does_not_answer_ends_with_75(desk: Desk) -> None:
    desk.shop.simulator.always("patchListingsItem", faults.answer_lost())
    done = desk.run("push", "--yes", "--sku", "PRICE")
    assert done.code == 75
    assert desk.writes == ["PRICE"]
    assert "The next run goes on" in done.err


def test_a_state_that_another_run_has_ends_with_75(desk: Desk) -> None:
    with state.writing(desk.shop.state, command="sync", now=desk.shop.now):
        done = desk.run("push", "--yes")
    assert "Another run is at work (amzsync sync" in done.err
    assert (done.code, desk.writes) == (75, [])


def test_missing_credentials_end_with_77(desk: Desk) -> None:
    del desk.shop.environ["MAIN_REFRESH"]
    done = desk.run("push", "--yes")
    assert (done.code, desk.writes) == (77, [])
    assert "MAIN_REFRESH" in done.err


@pytest.mark.parametrize(
    "words", [("push", "--yes"), ("end", "--sku", "SAME", "--yes"), ("push", "plan.json")]
)
def test_a_read_only_store_ends_with_78(desk: Desk, words: tuple[str, ...]) -> None:
    desk.settings(read_only=True)
    said = desk.run(*words).refused(78)
    assert (
        "store us sends nothing, for it is read-only. Set read_only = false in [stores.us]" in said
    )
    assert desk.writes == []


def test_a_copied_state_ends_with_78_until_it_is_adopted(desk: Desk) -> None:
    with state.writing(desk.shop.state, command="a test", now=desk.shop.now) as current:
        home.record(current.db, home.here(desk.shop.state)._replace(host="elsewhere"))
    done = desk.run("push", "--yes", "--sku", "PRICE")
    assert (done.code, desk.writes) == (78, [])
    assert "seems to be a copy" in done.err
    assert "amzsync adopt" in done.err

    adopted = desk.run("adopt").fine()
    assert adopted.err.startswith("It belongs to the machine elsewhere, and this is ")
    assert adopted.out == "It belongs here from now on.\n"
    assert desk.run("adopt").fine().out == "It belongs here already.\n"
    desk.run("push", "--yes", "--sku", "PRICE").fine()
    assert desk.writes == ["PRICE"]


def test_a_store_beside_it_that_sends_nothing_is_named(desk: Desk) -> None:
    desk.shop.stores["two"] = LiveStore(marketplace="CA")
    desk.shop.write()
    done = desk.run("push", "--yes", "--sku", "PRICE")
    assert "Store two sends nothing, for it is read-only." in done.err
    assert desk.writes == ["PRICE"]
