"""Finding and reading amzsync.toml, and the values it becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.config import Config, Raw, build, find, read
from amzsync.config.schema import check
from amzsync.core.guards import Limits
from amzsync.core.mapping import Mapping
from amzsync.errors import ConfigError

LEAST = """
[commerce]
products = "export.csv"
[mapping]
[stores.us]
marketplace = "US"
seller_id = "A2EXAMPLE"
website = "base"
"""


def written(path: Path, text: str = LEAST) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path.resolve()


def loaded(folder: Path, text: str = LEAST) -> Config:
    raw = read(written(folder / "amzsync.toml", text))
    return build(raw.path, check(raw))


# -- where it is found -----------------------------------------------------------------------------------


def test_the_nearest_file_wins_then_the_users_own(tmp_path: Path) -> None:
    start = tmp_path / "shop" / "deep"
    start.mkdir(parents=True)
    xdg = tmp_path / "xdg"
    environ = {"XDG_CONFIG_HOME": str(xdg), "HOME": str(tmp_path / "home")}
    places = [xdg / "amzsync", tmp_path, tmp_path / "shop", start]  # from the last to the first
    found = []
    for place in places:
        written(place / "amzsync.toml")
        found.append(find(None, start=start, environ=environ))
    assert found == [(place / "amzsync.toml").resolve() for place in places]


def test_a_named_file_wins_over_all(tmp_path: Path) -> None:
    written(tmp_path / "amzsync.toml")
    other = written(tmp_path / "other.toml")
    assert find(tmp_path / "other.toml", start=tmp_path, environ={}) == other


def test_without_xdg_the_users_own_file_is_in_dot_config(tmp_path: Path) -> None:
    home = tmp_path / "home"
    own = written(home / ".config" / "amzsync" / "amzsync.toml")
    start = tmp_path / "elsewhere"
    start.mkdir()
    assert find(None, start=start, environ={"HOME": str(home)}) == own
    assert find(None, start=start, environ={"HOME": str(home), "XDG_CONFIG_HOME": ""}) == own


@pytest.mark.parametrize("name", ["absent.toml", "."], ids=["absent", "a folder"])
def test_a_named_file_that_is_not_there_is_not_replaced_by_another(
    tmp_path: Path, name: str
) -> None:
    written(tmp_path / "amzsync.toml")
    with pytest.raises(ConfigError, match=r"There is no configuration file .*Check --config\."):
        find(tmp_path / name, start=tmp_path, environ={})


def test_a_folder_of_that_name_is_no_file(tmp_path: Path) -> None:
    own = written(tmp_path / "amzsync.toml")
    start = tmp_path / "shop"
    (start / "amzsync.toml").mkdir(parents=True)
    assert find(None, start=start, environ={}) == own


def test_where_there_is_none_the_places_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        find(None, start=tmp_path, environ={"XDG_CONFIG_HOME": str(tmp_path / "xdg")})
    assert raised.value.message == (
        f"There is no amzsync.toml here, in a folder above, or in {tmp_path}/xdg/amzsync."
    )
    assert raised.value.next_step == "Make one with amzsync init, or name one with --config."


# -- what it is as a file --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[commerce\n", "amzsync.toml is not valid TOML: Expected ']' at the end of a table"),
        (b"a = 1\na = 2\n", "amzsync.toml is not valid TOML: Cannot overwrite a value (at line 2"),
        ("[mapping]\nasin = 'é'\n".encode("cp1252"), "amzsync.toml is not UTF-8 text."),
    ],
    ids=["no TOML", "a key twice", "another encoding"],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "amzsync.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        read(path)
    assert raised.value.message.startswith(message)
    assert raised.value.next_step
    assert raised.value.exit_code == 78


def test_a_file_that_has_gone_is_told_with_the_reason_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file or directory"):
        read(tmp_path / "amzsync.toml")


def test_the_byte_order_mark_of_an_editor_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "amzsync.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert read(path).data["commerce"] == {"products": "export.csv"}


def test_the_digest_tells_one_text_from_another(tmp_path: Path) -> None:
    first = read(written(tmp_path / "amzsync.toml")).digest
    same = read(written(tmp_path / "copy.toml")).digest
    other = read(written(tmp_path / "amzsync.toml", LEAST + "\n")).digest
    assert first == same
    assert first != other


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, "amzsync.db"),
        ({"state": {"path": "data/x.db"}}, "data/x.db"),
        ({"state": {"path": 3}}, "amzsync.db"),
        ({"state": "x.db"}, "amzsync.db"),
        ({"state": {"path": "/var/x.db"}}, "/var/x.db"),
    ],
    ids=["not told", "told", "no text", "no table", "absolute"],
)
def test_the_state_file_is_known_before_the_rest_has_been_checked(
    tmp_path: Path, data: dict[str, object], expected: str
) -> None:
    assert Raw(tmp_path / "amzsync.toml", data, "").state == tmp_path / expected


# -- the values it becomes -------------------------------------------------------------------------------


def test_the_least_file_gets_every_default(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    assert (found.folder, found.state, found.pins) == (
        tmp_path.resolve(),
        tmp_path.resolve() / "amzsync.db",
        None,
    )
    assert found.mapping == Mapping()
    assert found.limits == Limits()
    commerce, (store,) = found.commerce, found.stores
    assert (commerce.products, commerce.stock, commerce.stock_sources) == ("export.csv", None, ())
    assert (commerce.encoding, commerce.date_order) == (None, "mdy")
    assert (store.name, store.marketplace.marketplace_id) == ("us", "ATVPDKIKX0DER")
    assert (store.listings, store.view, store.ended, store.encoding) == ((), None, None, None)


def test_everything_a_file_may_say_arrives(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        """
        state.path = "data/state.db"
        [commerce]
        products = "exports/*.csv"
        stock = "stock.csv"
        stock_sources = "default"
        encoding = "cp1252"
        date_order = "dmy"
        [mapping]
        asin = "Amazon_ASIN"
        ean = ["ean", " Barcode "]
        gcid = "gcid"
        seller_sku = ["sku", "amazon_sku"]
        order = ["ean", "gcid", "asin", "seller_sku"]
        condition = "amazon_condition"
        pins = "mapping.csv"
        [stores.de]
        marketplace = "de"
        seller_id = "A2EXAMPLE"
        website = "german"
        store_view = "de"
        listings = ["a.txt", "b.txt"]
        ended = "ended.csv"
        encoding = "latin-1"
        [guards]
        vanished_rows = 0
        vanished_share = 1.0
        price_factor = 10
        """,
    )
    assert found.state == tmp_path.resolve() / "data/state.db"
    assert found.pins == tmp_path.resolve() / "mapping.csv"
    assert found.commerce.stock_sources == ("default",)
    assert (found.commerce.stock, found.commerce.encoding) == ("stock.csv", "cp1252")
    assert found.commerce.date_order == "dmy"
    assert found.mapping == Mapping(
        {"asin": ("amazon_asin",), "ean": ("ean", "barcode"), "gcid": ("gcid",)},
        ("sku", "amazon_sku"),
        ("ean", "gcid", "asin", "seller_sku"),
        "amazon_condition",
    )
    (store,) = found.stores
    assert (store.marketplace.code, store.website) == ("DE", "german")
    assert (store.view, store.listings, store.ended) == ("de", ("a.txt", "b.txt"), "ended.csv")
    assert store.encoding == "latin-1"
    assert found.limits == Limits(vanished_rows=0, vanished_share=1.0, price_factor=10)


def test_a_store_is_chosen_by_its_name(tmp_path: Path) -> None:
    text = LEAST + LEAST[LEAST.index("[stores") :].replace("us", "uk").replace('"US"', '"UK"')
    found = loaded(tmp_path, text)
    assert [store.name for store in found.chosen(None)] == ["us", "uk"]
    assert [store.name for store in found.chosen("uk")] == ["uk"]
    with pytest.raises(ConfigError) as raised:
        found.chosen("de")
    assert str(raised.value) == "There is no store de in amzsync.toml. The stores are: us, uk."
