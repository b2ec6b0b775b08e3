"""The memo answers as the function does, and never grows beyond its bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.memo import Memo


@given(st.lists(st.text(max_size=6)))
def test_a_memo_answers_as_its_function_does(texts: list[str]) -> None:
    memo = Memo(str.upper, entries=3, length=4)
    assert [memo[text] for text in texts] == [text.upper() for text in texts]
    assert len(memo) <= 3


def test_an_answer_is_asked_for_once() -> None:
    asked: list[str] = []

    def answer(text: str) -> int:
        asked.append(text)
        return len(asked)

    memo = Memo(answer)
    assert [memo["a"], memo["b"], memo["a"]] == [1, 2, 1]


def test_long_texts_are_not_remembered() -> None:
    memo = Memo(len, length=4)
    assert memo["12345"] == 5
    assert not memo
