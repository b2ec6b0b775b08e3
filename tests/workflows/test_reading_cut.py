"""A document that ends in the middle of a row was cut off, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.errors import UnsafeInput
from tests.factories import Shop, asin, canonical, listing, product


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.products = [product(f"P{n}") for n in range(6)]
    shop.us.listings = [listing(f"P{n}", asin1=asin(n)) for n in range(6)]
    shop.run()
    return shop


@pytest.mark.parametrize("name", ["products.csv", "reports/us-all.txt"])
@pytest.mark.parametrize("first", [True, False], ids=["at first", "later"])
def test_a_cut_document_is_refused_with_the_line(shop: Shop, name: str, first: bool) -> None:
    before = canonical(shop.state)
    document = shop.folder / name
    whole = document.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    document.write_bytes(whole[: last + 12])
    if first:
        for path in shop.folder.glob("amzsync.db*"):
            path.unlink()
    with pytest.raises(UnsafeInput, match=r"ends in the middle of a row \(line 7\)"):
        shop.import_files()
    assert first or canonical(shop.state) == before


@pytest.mark.parametrize("name", ["products.csv", "reports/us-all.txt"])
def test_a_document_whose_last_line_only_lacks_its_end_is_whole(shop: Shop, name: str) -> None:
    before = canonical(shop.state)
    document = shop.folder / name
    document.write_bytes(document.read_bytes().rstrip(b"\r\n"))
    shop.import_files()
    assert canonical(shop.state) == before


def test_force_imports_what_there_is(shop: Shop) -> None:
    document = shop.folder / "reports/us-all.txt"
    document.write_bytes(document.read_bytes()[:-30])
    shop.import_files(force=True)
