"""The command `terugkeer`. Exit codes: 0 all well, 1 problems found, 2 wrong use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="terugkeer",
    help="Terugkeerbot helps line managers stay close to a colleague who is absent through sickness.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="HR's exports: people, absences.")]
Email = Annotated[str, typer.Argument(help="The e-mail address of the person.")]


def _end(well: bool) -> None:  # noqa: FBT001 - the answer itself
    if not well:
        raise typer.Exit(1)


@app.command()
def run() -> None:
    """Run the real thing: pages, nudges and delivery, until SIGTERM."""
    from bot.commands.serve import run as command

    command()


@app.command()
def demo(
    keep: Annotated[Path | None, typer.Option(help="Keep the database and its key in this folder.")] = None,
    port: Annotated[int, typer.Option(help="Where the page opens.")] = 8321,
) -> None:
    """Open a small invented organisation in the browser, with a clock to move."""
    from bot.commands.show import demo as command

    command(keep, port)


@app.command()
def chat(
    as_: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who you are.")],
    at: Annotated[str | None, typer.Option(help="What moment it is, e.g. 2026-11-23T09:00; the clock stands.")] = None,
) -> None:
    """Talk in this terminal: type, or give the number of a button. "@ 2026-12-01T09:00" goes to that moment."""
    from bot.commands.chat import chat as command

    command(as_, at)


@app.command("import")
def import_(
    files: Files,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="Yes, so many changes at once are right.")] = False,
    organisation: Annotated[str | None, typer.Option(help="Which organisation, or the name of a first one.")] = None,
    policy: Annotated[str | None, typer.Option(help="The policy of a first organisation, e.g. company_c@1.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option(help="What holds for a first organisation, e.g. staff_of_20.")
    ] = None,
) -> None:
    """Bring in people and absences from HR's exports, all or nothing (docs/import.md says how they look)."""
    from bot.commands.bring_in import Into, bring_in

    into = Into(organisation, policy, tuple(fact or ()))
    _end(bring_in(files, into, dry=dry_run, confirmed=confirm))


@app.command()
def organisation(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    hr: Annotated[str, typer.Option("--hr", metavar="EMAIL", help="Who of HR begins.")],
    *,
    person: Annotated[str | None, typer.Option("--person", metavar="NAME", help="What that person is called.")] = None,
) -> None:
    """Add an organisation with its first person of HR, or somebody of HR to it, and print where they begin."""
    from bot.commands.found import found as command

    command(name, hr, person)


@app.command()
def timeline(  # noqa: PLR0913 - one argument an option
    *,
    policy: Annotated[str, typer.Option(help="A pack, e.g. company_c, or a file of your own.")],
    anchor: Annotated[list[str], typer.Option(help="A date of the case: absence_start=2026-11-02.")],
    fact: Annotated[list[str] | None, typer.Option(help="What holds, e.g. staff_of_20.")] = None,
    holiday: Annotated[list[str] | None, typer.Option(help="A day off of the employer's own.")] = None,
    check_ins: Annotated[bool, typer.Option("--check-ins", help="The employee said yes to check-ins.")] = False,
    through: Annotated[str | None, typer.Option(help="The last day; a year after the first one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the keys of the moments.")] = False,
) -> None:
    """Print every moment of a case: date, time, milestone, kind, rule, to, source."""
    from bot.commands.timeline import Supposed, show

    supposed = Supposed(anchor, fact or (), holiday or (), checkins=check_ins)
    show(policy, supposed, through, as_json=as_json)


policies = typer.Typer(name="policy", help="Policies: HR's cadence.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(policies)


@policies.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(exists=True, dir_okay=False, help="Your own policies; none: the packs.")
    ] = None,
) -> None:
    """Check policies: the grammar, what is locked, and that words and dialogues are there."""
    from bot.commands.policy import check as command

    _end(command(files or []))


Whose = Annotated[str | None, typer.Option("--organisation", help="Which organisation, where there are several.")]


@policies.command()
def export(
    ref: Annotated[str, typer.Argument(metavar="NAME@VERSION", help="A version of yours, or a pack: company_c@1.")],
    *,
    organisation: Whose = None,
) -> None:
    """Print a policy as a file, with the words of your own that go with it."""
    from bot.commands.draft import export as command

    command(ref, organisation)


@policies.command("import")
def import_policy(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A policy that extends a pack.")],
    *,
    organisation: Whose = None,
    instead: Annotated[bool, typer.Option("--replace", help="In the place of the draft there is.")] = False,
) -> None:
    """Bring in a policy as a draft. No case follows it before HR has looked at it and put it into use."""
    from bot.commands.draft import bring_in as command

    _end(command(file, organisation, instead=instead))


@app.command()
def link(
    email: Email,
    *,
    chat: Annotated[bool, typer.Option("--chat", help="A code for Slack or Telegram instead.")] = False,
) -> None:
    """Print a link with which this person signs in once, or a code with which they link a chat once."""
    from bot.commands import operate

    (operate.chat_link if chat else operate.link)(email)


@app.command()
def unlink(email: Email, channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="slack or telegram")]) -> None:
    """Let go of the account this person has there, e.g. before it goes to somebody else."""
    from bot.commands.operate import unlink as command

    command(email, channel)


@app.command()
def migrate() -> None:
    """Make the database, or bring it to the newest shape."""
    from bot.commands.operate import migrate as command

    command()


@app.command()
def doctor() -> None:
    """Check settings, database, clock, keys and policies, and say what to do."""
    from bot.commands.doctor import doctor as command

    _end(command())


@app.command()
def audit() -> None:
    """Check that what should have gone out went out, and that nobody touched the journal."""
    from bot.commands.operate import audit as command

    _end(command())


journals = typer.Typer(name="journal", help="The journal: who did what.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(journals)


@journals.command()
def verify(
    organisation: Annotated[str | None, typer.Option(help="Which organisation; all of them without this.")] = None,
    since: Annotated[str | None, typer.Option(help="An end this command printed before, e.g. 1204:5f3c...")] = None,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file of the journal; needs no database.")
    ] = None,
) -> None:
    """Check that no line was changed, removed, swapped or put in, and name the first one that was."""
    from bot.commands.journal import verify as command

    _end(command(organisation, since, file))


@journals.command("export")
def export_journal(
    *,
    organisation: Whose = None,
    hashes: Annotated[bool, typer.Option("--hashes", help="The hashes alone: no cases, people or moments.")] = False,
) -> None:
    """Print the journal as JSON lines, to check its chain elsewhere: no text and no names."""
    from bot.commands.journal import export as command

    command(organisation, hashes=hashes)


@app.command()
def key(name: Annotated[str, typer.Argument(help="A short id for it, e.g. k2026.")] = "k1") -> None:
    """Print a fresh encryption key for TERUGKEER_KEYS."""
    from bot.commands.operate import key as command

    command(name)
