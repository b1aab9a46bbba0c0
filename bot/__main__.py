"""`python -m bot` and `terugkeer`: run a command, and say in one line what stopped it."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command. A problem the operator can mend is one line, without a trace."""
    from bot.cli import app  # noqa: PLC0415 - so that a broken installation still says what is missing

    try:
        app()
    except Exception as error:
        said = _said(error)
        if said is None:
            raise
        for line in said:
            print(f"terugkeer: {line}", file=sys.stderr)  # noqa: T201 - a command prints
        sys.exit(1)


def _said(error: Exception) -> tuple[str, ...] | None:
    """What to say of a problem; None for a mistake of ours, which keeps its trace."""
    from bot.commands.opening import Stop  # noqa: PLC0415 - only when something went wrong
    from bot.settings import SettingsError  # noqa: PLC0415 - idem
    from conversations.timing.policy import PolicyError  # noqa: PLC0415 - idem
    from storage.database import Conflict, Refused, Unavailable  # noqa: PLC0415 - idem

    if isinstance(error, SettingsError):
        return error.problems
    if isinstance(error, Stop | PolicyError):
        return (str(error),)
    if isinstance(error, Unavailable):
        return ("The database does not answer. `terugkeer doctor` says more.",)
    if isinstance(error, Conflict):
        return ("Somebody changed the same thing at the same moment: nothing was written. Run it again.",)
    if isinstance(error, Refused):
        return ("The database refused: is an e-mail address known in another organisation? Nothing was written.",)
    return None


if __name__ == "__main__":
    main()
