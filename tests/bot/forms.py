"""A page as a browser without a script sees it: its text, and its forms with what stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "br", "meta", "link", "img", "hr"}


@dataclass
class Form:
    """One form: where it goes, how, and what it would send."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # name and value
    choices: dict[str, list[str]] = field(default_factory=dict)  # of each select


class Page(HTMLParser):
    """What is on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._said: list[str] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)

    @property
    def text(self) -> str:
        """All that is said, on one line."""
        return re.sub(r"\s+", " ", " ".join(self._said)).replace(" .", ".").replace(" ,", ",")

    def form(self, ending: str, **with_values: str) -> Form:
        """The form that goes to an address with that ending, and has these values."""
        return next(
            one for one in self.forms if one.action.endswith(ending) and with_values.items() <= one.values.items()
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Forms, and what stands in them."""
        has = {name: value or "" for name, value in attrs}
        name = has.get("name", "")
        if tag == "form":
            self._form = Form(has.get("action", ""), has.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "button":
            self._form.buttons.append((name, has.get("value", "")))
        elif tag == "input" and name and (has.get("type") not in ("radio", "checkbox") or "checked" in has):
            self._form.values[name] = has.get("value", "")
        elif tag == "textarea":
            self._area = name
            self._form.values[name] = ""
        elif tag == "select":
            self._select = name
            self._form.choices[name] = []
        elif tag == "option" and self._select is not None:
            chosen = not self._form.choices[self._select] or "selected" in has
            self._form.choices[self._select].append(has.get("value", ""))
            if chosen:
                self._form.values[self._select] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """The end of a form."""
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._form is not None and self._area is not None:
            self._form.values[self._area] = self._form.values[self._area].removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """What is said."""
        if self._area is not None and self._form is not None:
            self._form.values[self._area] += data
        elif data.strip():
            self._said.append(data.strip())
