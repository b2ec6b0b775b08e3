"""Amazon's catalogue, asked by hand: which page a product belongs on, and whether it may be sold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.calls import Kind
from amzsync.workflows.asked_catalogue import batches, restrictions, search
from tests.asking import US, Desk, failed, open_desk
from tests.simulators.samples import ean

SEARCH, BARRED = "searchCatalogItems", "getListingsRestrictions"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


def page(*asins: str, token: str | None = None) -> Any:
    found: dict[str, Any] = {
        "numberOfResults": len(asins),
        "items": [{"asin": asin} for asin in asins],
    }
    return found if token is None else {**found, "pagination": {"nextToken": token}}


# -- questions -----------------------------------------------------------------------------------------


def test_nothing_to_search_for_is_no_question() -> None:
    assert batches([]) == []


def test_a_question_has_at_most_twenty_identifiers_of_one_kind() -> None:
    eans = [("ean", "0" + ean(n)) for n in range(25)]
    upcs = [("upc", f"00{n:012d}") for n in range(3)]
    made = batches([*upcs, *eans])
    assert [(named, len(terms)) for named, terms in made] == [("EAN", 20), ("EAN", 5), ("UPC", 3)]
    assert [key for _, terms in made for key, _ in terms] == [key for _, key in [*eans, *upcs]]


def test_an_identifier_is_asked_for_as_people_write_it() -> None:
    wanted = [
        ("upc", "00036000291452"), ("ean", "04006381333931"), ("ean", "00000096385074"),
        ("isbn", "09780306406157"), ("ean", "10036000291459"),
    ]  # fmt: skip
    assert batches(wanted) == [
        ("EAN", [("04006381333931", "4006381333931"), ("00000096385074", "96385074")]),
        ("GTIN", [("10036000291459", "10036000291459")]),
        ("ISBN", [("09780306406157", "9780306406157")]),
        ("UPC", [("00036000291452", "036000291452")]),
    ]


# -- searching -----------------------------------------------------------------------------------------

TERMS = [("0" + ean(1), ean(1)), ("0" + ean(2), ean(2))]


def test_identifiers_are_searched_for_in_one_marketplace(desk: Desk) -> None:
    desk.drive(search(desk.place, iter([("EAN", TERMS)])), (SEARCH, page("B000000001")))
    (call,) = desk.calls
    assert call.params == {
        "marketplaceIds": US, "identifiers": f"{ean(1)},{ean(2)}", "identifiersType": "EAN",
        "includedData": "identifiers,summaries,productTypes,relationships", "pageSize": "20",
    }  # fmt: skip
    assert [line.asked for line in desk.place.gathered.lines] == [tuple(key for key, _ in TERMS)]


def test_all_pages_of_an_answer_are_kept_together(desk: Desk) -> None:
    lane = search(desk.place, iter([("EAN", TERMS)]))
    told = page("B000000001", token="T2")
    desk.drive(lane, (SEARCH, told), (SEARCH, page("B000000002")))
    assert desk.calls[1].params["pageToken"] == "T2"
    assert len(desk.place.gathered.lines) == 2


def test_of_an_answer_that_broke_off_nothing_is_kept(desk: Desk) -> None:
    lane = search(desk.place, iter([("EAN", TERMS), ("EAN", TERMS)]))
    steps = desk.drive(lane, (SEARCH, page("B000000001", token="T2")), (SEARCH, failed()))
    assert (steps, desk.place.gathered.lines) == ([SEARCH, SEARCH], [])


def test_the_same_page_for_ever_tells_nothing(desk: Desk) -> None:
    told = page("B000000001", token="T2")
    desk.drive(search(desk.place, iter([("EAN", TERMS)])), (SEARCH, told), (SEARCH, told))
    assert (desk.place.gathered.lines, desk.codes()) == ([], ["PageRepeated"])


def test_pages_that_take_turns_tell_nothing(desk: Desk) -> None:
    one, two = page("B000000001", token="A"), page("B000000002", token="B")
    told = [(SEARCH, each) for each in (one, two, one)]
    desk.drive(search(desk.place, iter([("EAN", [("k", "4006381333931")])])), *told)
    assert (desk.codes(), desk.place.gathered.lines) == (["PageRepeated"], [])


def test_an_empty_page_that_is_not_the_last_tells_nothing(desk: Desk) -> None:
    told = (SEARCH, page(token="A"))
    desk.drive(search(desk.place, iter([("EAN", [("k", "4006381333931")])])), told)
    assert (desk.codes(), desk.place.gathered.lines) == (["PageRepeated"], [])


@pytest.mark.parametrize("pages", [0, 1])
def test_a_question_that_is_refused_for_what_is_in_it_does_not_stop_the_others(
    desk: Desk, pages: int
) -> None:
    lane = search(desk.place, iter([("EAN", TERMS[:1]), ("EAN", TERMS[1:])]))
    before = [(SEARCH, page("B000000001", token="T2"))] * pages
    refused = (SEARCH, failed(Kind.REFUSED, 400, "InvalidInput"))
    desk.drive(lane, *before, refused, (SEARCH, page("B000000002")))
    assert [line.asked for line in desk.place.gathered.lines] == [(TERMS[1][0],)]


def test_lanes_share_the_questions(desk: Desk) -> None:
    shared = iter([("EAN", TERMS[:1]), ("EAN", TERMS[1:])])
    told = (SEARCH, page())
    assert desk.drive(search(desk.place, shared), told, told) == [SEARCH, SEARCH]
    assert desk.drive(search(desk.place, shared)) == []


# -- restrictions --------------------------------------------------------------------------------------


def test_each_asin_is_asked_about(desk: Desk) -> None:
    free: tuple[str, dict[str, object]] = (BARRED, {"restrictions": []})
    desk.drive(restrictions(desk.place, iter(["B000000001", "B000000002"])), free, free)
    assert [call.params["asin"] for call in desk.calls] == ["B000000001", "B000000002"]
    assert {call.params["sellerId"] for call in desk.calls} == {"A2EXAMPLE"}
    assert [line.asked for line in desk.place.gathered.lines] == [("B000000001",), ("B000000002",)]


@pytest.mark.parametrize("kind", list(Kind))
def test_where_amazon_does_not_say_nothing_is_known(desk: Desk, kind: Kind) -> None:
    lane = restrictions(desk.place, iter(["B000000001", "B000000002"]))
    assert desk.drive(lane, (BARRED, failed(kind))) == [BARRED]
    assert desk.place.gathered.lines == []
    assert len(desk.place.gathered.failures) == 1


def test_an_asin_that_is_refused_does_not_stop_the_others(desk: Desk) -> None:
    refused = (BARRED, failed(Kind.REFUSED, 400, "InvalidInput"))
    lane = restrictions(desk.place, iter(["B000000001", "B000000002"]))
    desk.drive(lane, refused, (BARRED, {"restrictions": []}))
    assert [line.asked for line in desk.place.gathered.lines] == [("B000000002",)]
