"""How the fake Telegram reads HTML: what it refuses, and what it only notes."""

from __future__ import annotations

import pytest

from tests.fakes import telegram_html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<b>Jan", 'find end tag corresponding to start tag "b"'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("Jan & Piet", 'Unescaped "&" at byte offset 4'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("één<br/>", 'Unsupported start tag "br/" at byte offset 5'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
        ("3 > 2", 'Unescaped ">" at byte offset 2'),
    ],
)
def test_wrong_html_is_not_read(text: str, said: str) -> None:
    """What is not well formed is refused in the server's words."""
    with pytest.raises(telegram_html.ParseError) as caught:
        telegram_html.parse(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kinds", "notes"),
    [
        ("<b>a <i>b</i></b>", ["bold", "italic"], 0),
        ("<pre><code class='language-py'>x</code></pre>", ["pre"], 0),
        ("<blockquote expandable>x</blockquote><tg-spoiler>y</tg-spoiler>", ["expandable_blockquote", "spoiler"], 0),
        ("<a href='http://nergens/'>x</a>", [], 1),
        ("<a href='javascript:1'>x</a>", [], 1),
        ("<code><b>x</b></code>", ["code", "bold"], 1),
        ("<b></b>x", [], 1),
        ("<b class='x'>x</b>", ["bold"], 1),
        ("it&#x27;s &lt;b&gt; &quot;&#39;", [], 0),
    ],
)
def test_what_the_server_drops_in_silence_is_noted(text: str, kinds: list[str], notes: int) -> None:
    """Links that are none, tags around nothing and forbidden nesting pass, as a breach."""
    parsed = telegram_html.parse(text)
    assert sorted(kinds) == sorted(entity["type"] for entity in parsed.entities)
    assert notes == len(parsed.notes)
