"""What is wrong with words of one's own, in the English of the command line. HR reads it in Dutch, on its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.timing.policy import PolicyError
from messages import own_words
from messages.mistakes import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from messages.own_words import Hint, Mistake

# By the code of a mistake or a hint; the same codes have Dutch words in messages/templates/nl/own_words.
ENGLISH: Mapping[str, str] = {
    "button": "A button cannot be made here. The buttons come by themselves, below the text.",
    "characters": "There is a character that cannot be seen. Type this line again.",
    "compared": "The field {field} is no date and cannot be compared. Leave the comparison out.",
    "empty": "There is no text. Write at least one sentence below the subject.",
    "empty_result": "In some cases no text is left. Add an `else`.",
    "fails": "This line does not always work: the field may be empty. Put `{{% if hour %}}` and `{{% endif %}}` round.",
    "filter": "`{filter}` does not go with the field {field}. Choose from: {known}, or leave it out.",
    "filter_with_more": "Nothing in brackets goes with `{filter}`. Leave the brackets out.",
    "link": "A link leads to no full address. Write one that begins with https://, without fields in it.",
    "no_filter": "Nothing goes behind the field {field}. Leave `{filter}` out.",
    "no_subject": "There is no subject. Begin with `# ` and a few words.",
    "not_allowed": "Something here is not allowed. Use only the known fields, and if, elif, else and endif.",
    "subject": "The subject is not right. Write plain words without fields or punctuation, at most {most} characters.",
    "syntax": "This line cannot be read. See that each `{{{{` has its `}}}}`, and each `if` its `endif`.",
    "too_deep": "There are too many choices inside each other. Write it simpler.",
    "too_long": "It is too long. Stay below {most} characters.",
    "too_much": "There are too many fields and choices. Write it simpler.",
    "unknown_field": "There is no field `{field}`. Choose from: {known}.",
    "jargon": "`{word}` is a word of the Netherlands. Write: {ours}.",
    "medical": "This sounds medical. Write about the work, not about health.",
}  # fmt: skip


def mistakes(file: str, texts: Mapping[str, str]) -> Iterator[PolicyError]:
    """What would not be kept."""
    for name, text in texts.items():
        try:
            own_words.check(text, DAY)
        except own_words.WordsError as refused:
            yield from (_told(file, name, one) for one in refused.mistakes)


def hints(file: str, texts: Mapping[str, str]) -> Iterator[PolicyError]:
    """What is better not there, as on HR's page; it is no mistake."""
    for name, text in texts.items():
        yield from (_told(file, name, one) for one in own_words.hints(text))


def _told(file: str, name: str, one: Mistake | Hint) -> PolicyError:
    problem, _, remedy = ENGLISH[one.code].format_map(one.said).partition(". ")
    return PolicyError(file, name, f"Its text, line {one.line}: {problem}.", remedy, one.code, "text")
