"""Sending what was asked for: by a plan in a file, by hand, in calls or feeds, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from amzsync.core.plan import Difference, Kind, Rank
from amzsync.core.plan_document import Document
from amzsync.core.sending import Progress
from amzsync.errors import ConfigError, InputError, RemoteRefused
from amzsync.render.plan import action_record, head_record
from amzsync.results.plan import PlanRow
from amzsync.results.push import complaint
from amzsync.store import home, state
from amzsync.workflows import plan_files, plans, senders
from amzsync.workflows.planned import planned
from amzsync.workflows.plans import Question
from tests.crashes.scenarios import WANTED
from tests.live import DAY, HOUR, MINUTE, LiveShop
from tests.pushing import (
    by_hand,
    has,
    is_well,
    open_rows,
    result_of,
    rows_of,
    sent,
    writes,
)
from tests.simulators import faults
from tests.simulators.exchange import json_reply
from tests.simulators.faults import Case, Fault
from tests.simulators.seller import CatalogueItem, Issue
from tests.simulators.writes import Write


@pytest.fixture
def shop(unsent: LiveShop) -> LiveShop:
    """A shop of which much has changed in Commerce."""
    return unsent


# -- a plan in a file ----------------------------------------------------------------------------------


def written(shop: LiveShop, path: Path, **asked: Any) -> None:
    """Write the plan into a file."""
    config = shop.config()
    with planned(config, now=shop.now) as current:
        found = plans.answer(current, config, Question(**asked), now=shop.now)
        document = Document(head_record(found))
        plan_files.write(path, document.lines(map(action_record, found.rows)))


def test_a_plan_in_a_file_is_the_plan(shop: LiveShop, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    asked: list[tuple[tuple[str, ...], dict[str, bool]]] = [
        ((), {}), (("NEW",), {"publish": True}), (("SAME", "FBA"), {"end": True}),
    ]  # fmt: skip
    for skus, how in asked:
        written(shop, path, skus=skus, **how)
        found = rows_of(shop, *skus, **how)
        assert plan_files.read(path, shop.config()) == found
        assert found


def test_a_held_action_comes_back_held(shop: LiveShop, tmp_path: Path) -> None:
    shop.settings = "[guards]\nplan_share = 1.0\nprice_move = 0.01\n"
    shop.write()
    written(shop, tmp_path / "plan.json")
    found = plan_files.read(tmp_path / "plan.json", shop.config())
    assert {row.seller_sku for row in found if row.hold} == {"PRICE", "BOTH", "DOWN"}
    assert found == rows_of(shop)


def test_exactly_what_the_file_says_is_sent(shop: LiveShop, tmp_path: Path) -> None:
    written(shop, tmp_path / "plan.json", skus=("PRICE",))
    found = sent(shop, plan_files.read(tmp_path / "plan.json", shop.config()))
    assert found.steps == {Progress.ACCEPTED: 1}
    assert [(sku, way, set(values)) for sku, way, values in writes(shop)] == [
        ("PRICE", "patch", {"price"})
    ]
    shop.clock.advance(HOUR)
    assert has(shop, "PRICE")[0] == 22.0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"currency": "USD"', '"currency": "EUR"', id="another currency"),
        pytest.param('"store": "us"', '"store": "gone"', id="a store that is not there"),
        pytest.param('"revise-price"', '"give-away"', id="an action that is not known"),
        pytest.param('"changes": ', '"hanges": ', id="something is missing"),
        pytest.param('"22.00"', '"cheap"', id="no money"),
    ],
)
def test_a_plan_that_makes_no_sense_here_is_not_read(
    shop: LiveShop, tmp_path: Path, old: str, new: str
) -> None:
    path = tmp_path / "plan.json"
    written(shop, path, skus=("PRICE",))
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(InputError, match=r"Write it anew with amzsync plan --out\."):
        plan_files.read(path, shop.config())


# -- by hand -------------------------------------------------------------------------------------------


def test_what_has_changed_is_sent_and_confirmed_when_it_shows(shop: LiveShop) -> None:
    found = by_hand(shop, "revise", "PRICE", "ZERO")
    assert found.steps == {Progress.ACCEPTED: 2}
    assert {sku for sku, _, _ in writes(shop)} == {"PRICE", "ZERO"}
    shop.clock.advance(8 * MINUTE)  # Amazon takes its time to show it
    assert sent(shop, []).settled == {Progress.CONFIRMED: 2}
    assert open_rows(shop) == []


def test_nothing_but_what_is_asked_for_is_sent(shop: LiveShop) -> None:
    by_hand(shop, "revise", "MORE")
    assert writes(shop) == [("MORE", "patch", {"quantity": 9})]


def test_what_is_sent_once_is_not_planned_again(shop: LiveShop) -> None:
    by_hand(shop, "revise", *WANTED)
    assert rows_of(shop) == []
    assert sent(shop, rows_of(shop)).steps == {}


def test_the_same_rows_sent_again_go_nowhere_while_they_are_on_their_way(shop: LiveShop) -> None:
    rows = rows_of(shop, "ZERO")
    shop.simulator.script("patchListingsItem", faults.answer_lost())
    assert sent(shop, rows).steps == {Progress.SENT: 1}
    before = len(writes(shop))
    assert sent(shop, rows).steps == {}
    assert len(writes(shop)) == before


def test_a_publication_is_an_offer_on_amazons_page(calm: LiveShop) -> None:
    found = by_hand(calm, "publish", "NEW")
    assert found.steps == {Progress.ACCEPTED: 1}
    (put,) = calm.simulator.writes.all("NEW")
    assert put.way == "put"
    assert put.body["requirements"] == "LISTING_OFFER_ONLY"
    assert "merchant_suggested_asin" in put.body["attributes"]
    calm.clock.advance(10 * MINUTE)
    calm.syncs(4)
    assert calm.verdict("NEW")[0] == "active"
    assert is_well(calm)


def test_an_end_is_a_zero_and_once_that_shows_a_deletion(calm: LiveShop) -> None:
    assert by_hand(calm, "end", "SAME").steps == {Progress.ACCEPTED: 1}
    assert calm.verdict("SAME")[:2] == ("ended", "Ending In Progress")
    calm.syncs(1)
    assert [one[2] for one in writes(calm)] == [{"quantity": 0}]  # it does not show yet
    calm.clock.advance(10 * MINUTE)
    calm.syncs(3, every=15 * MINUTE)
    assert [one[2] for one in writes(calm)] == [{"quantity": 0}, {"deleted": True}]
    assert calm.simulator.writes.ended() == ["SAME"]
    assert calm.verdict("SAME")[0] == "ended"
    assert open_rows(calm) == []
    assert is_well(calm)


def test_what_amazon_ships_is_deleted_at_once(calm: LiveShop) -> None:
    by_hand(calm, "end", "FBA")
    assert writes(calm) == [("FBA", "delete", {"deleted": True})]


def test_what_has_just_ended_is_listed_again_after_a_day(calm: LiveShop) -> None:
    by_hand(calm, "end", "SAME")
    calm.clock.advance(10 * MINUTE)
    calm.syncs(3, every=15 * MINUTE)
    (row,) = rows_of(calm, "SAME", publish=True, relist=True)
    assert row.hold is not None
    assert row.hold.brake.value == "cool-down"
    calm.seller.know(CatalogueItem(str(row.asin), "Same"))
    calm.clock.advance(DAY + HOUR)
    calm.syncs(2)
    assert by_hand(calm, "publish", "SAME").steps == {Progress.ACCEPTED: 1}
    calm.clock.advance(10 * MINUTE)
    calm.syncs(3)
    assert calm.verdict("SAME")[0] == "active"
    assert is_well(calm)


def test_a_refused_zero_ends_nothing(calm: LiveShop) -> None:
    calm.simulator.script("patchListingsItem", faults.error(400, "InvalidInput", "No."))
    found = by_hand(calm, "end", "SAME")
    assert found.steps == {Progress.REJECTED: 1}
    assert calm.verdict("SAME")[0] == "active"
    assert isinstance(complaint(result_of(found)), RemoteRefused)


# -- the guard -----------------------------------------------------------------------------------------


def row(sku: str, kind: Kind, *told: Difference) -> PlanRow:
    """Return an action that the plan does not have: what is known has changed since it was made."""
    rank = {Kind.END: Rank.END, Kind.REVISE_PRICE: Rank.PRICE}.get(kind, Rank.QUANTITY)
    return PlanRow("us", "USD", 2, rank, kind, sku, sku, None, None, "active", told, None, (), None)


STOCK, PRICE = Difference("quantity", 5, 9), Difference("price", 2000, 2200)
NO_LISTING = "Amazon has no such listing, as far as is known"


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (row("FBA", Kind.REVISE_QUANTITY, STOCK), "Amazon ships it, so its stock is not ours to set"),
        (row("UNKNOWN", Kind.REVISE_PRICE, PRICE), NO_LISTING),
        (row("UNKNOWN", Kind.END, Difference("listing", "on Amazon", None)), NO_LISTING),
        (row("SAME", Kind.PUBLISH, PRICE), "there is a listing of that name already"),
    ],
    ids=["stock that Amazon ships", "a listing not known", "an end of none", "a second listing"],
)  # fmt: skip
def test_what_would_do_harm_is_not_sent(calm: LiveShop, action: PlanRow, reason: str) -> None:
    found = sent(calm, [action])
    assert [(one.store, one.seller_sku, one.reason) for one in found.refused] == [
        ("us", action.seller_sku, reason)
    ]
    assert (found.steps, writes(calm), open_rows(calm)) == ({}, [], [])


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("fulfillment = NULL", "it is not known who ships it, so its stock is not ours to set"),
        ("missing_run = 1", NO_LISTING),
    ],
)
def test_stock_needs_good_evidence(calm: LiveShop, column: str, reason: str) -> None:
    with state.writing(calm.state, command="a test", now=calm.now) as current:
        current.db.execute(f"UPDATE listings SET {column} WHERE seller_sku = 'SAME'")
    found = sent(calm, [row("SAME", Kind.REVISE_QUANTITY, STOCK)])
    assert [one.reason for one in found.refused] == [reason]
    assert writes(calm) == []


def test_a_price_goes_to_what_amazon_ships(calm: LiveShop) -> None:
    assert sent(calm, [row("FBA", Kind.REVISE_PRICE, PRICE)]).steps == {Progress.ACCEPTED: 1}


def test_what_is_refused_keeps_nothing_else_from_going(shop: LiveShop) -> None:
    rows = [*rows_of(shop), row("UNKNOWN", Kind.REVISE_PRICE, PRICE)]
    found = sent(shop, rows)
    assert len(found.refused) == 1
    assert found.steps == {Progress.ACCEPTED: len(rows) - 1}


# -- parcels -------------------------------------------------------------------------------------------


def test_what_lowers_stock_goes_first_and_alone(shop: LiveShop) -> None:
    sent(shop, rows_of(shop))
    found = writes(shop)
    assert found[0] == ("ZERO", "patch", {"quantity": 0})
    assert {sku for sku, _, _ in found[:3]} == {"ZERO", "LESS", "DOWN"}
    assert all(values.keys() == {"quantity"} for _, _, values in found[:3])
    assert [values.keys() for _, _, values in writes(shop, "DOWN")] == [{"quantity"}, {"price"}]


def test_a_price_and_more_stock_go_together(shop: LiveShop) -> None:
    sent(shop, rows_of(shop))
    ((_, way, values),) = writes(shop, "BOTH")
    assert (way, set(values)) == ("patch", {"price", "quantity"})


def test_a_refused_price_keeps_no_zero_from_amazon(shop: LiveShop) -> None:
    issue = Issue("99022", "The value is not valid.", "ERROR", ("purchasable_offer",))
    shop.simulator.always("patchListingsItem", _refusing_prices(issue))
    found = sent(shop, rows_of(shop))
    assert found.steps[Progress.REJECTED] >= 3
    shop.clock.advance(10 * MINUTE)
    assert has(shop, "ZERO")[1] == 0
    assert has(shop, "DOWN")[1] == 1
    assert any("The value is not valid." in line for line in found.rejected)


def _refusing_prices(issue: Issue) -> Fault:
    """Return the fault that lets stock pass, and answers INVALID with status 200 where there is a price."""
    refusal = {
        "status": "INVALID", "submissionId": "s", "issues": [
            {"code": issue.code, "message": issue.message, "severity": "ERROR", "attributeNames": ["purchasable_offer"],
             "categories": ["INVALID_ATTRIBUTE"]},
        ],
    }  # fmt: skip

    def answer(case: Case) -> Any:
        if "purchasable_offer" not in str(case.request.body()):
            return case.perform()
        sku = case.request.segments[-1]
        return json_reply(200, {"sku": sku, **refusal})

    return Fault("prices refused", answer)


@pytest.mark.parametrize("command", ["revise", "end", "publish"])
def test_a_call_whose_answer_was_lost_is_looked_at_and_not_made_again(
    calm: LiveShop, command: str
) -> None:
    sku = "NEW" if command == "publish" else "SAME"
    for one in calm.products:
        if one["sku"] == sku and command == "revise":
            one["qty"] = "3.0000"
    calm.write()
    calm.syncs(0)
    if command == "revise":
        calm.import_()
    operation = "putListingsItem" if command == "publish" else "patchListingsItem"
    calm.simulator.script(operation, faults.answer_lost())
    assert by_hand(calm, command, sku).steps == {Progress.SENT: 1}
    first: list[Write] = calm.simulator.writes.all(sku)
    assert len(first) == 1
    calm.clock.advance(9 * MINUTE)
    calm.syncs(3)
    assert calm.query("SELECT progress FROM outbox ORDER BY outbox_id")[0] == ("confirmed",)
    assert is_well(calm)


# -- who may send --------------------------------------------------------------------------------------


def test_a_store_that_is_set_read_only_again_gives_up_what_it_had_to_send(calm: LiveShop) -> None:
    by_hand(calm, "end", "SAME")
    calm.clock.advance(10 * MINUTE)
    calm.import_()
    calm.stores["us"].read_only = True
    calm.write()
    calm.syncs(2)
    assert [one[2] for one in writes(calm)] == [{"quantity": 0}]
    calm.stores["us"].read_only = False
    calm.write()
    calm.syncs(12)
    assert calm.simulator.writes.ended() == [] or calm.verdict("SAME")[0] == "ended"


def test_a_read_only_store_refuses(calm: LiveShop) -> None:
    calm.stores["us"].read_only = True
    calm.write()
    with pytest.raises(ConfigError, match="Set read_only = false in"):
        senders.chosen(calm.config(), None)


def test_a_copied_state_sends_nothing(shop: LiveShop) -> None:
    with state.writing(shop.state, command="a test", now=shop.now) as current:
        home.record(current.db, home.here(shop.state)._replace(host="elsewhere"))
    with pytest.raises(ConfigError, match="amzsync adopt"):
        sent(shop, rows_of(shop))
    assert writes(shop) == []
    (error,) = shop.sync().errors
    assert "seems to be a copy" in str(error)
    assert writes(shop) == []
