"""Files that are posted, and lists that are taken along. What comes in stays in memory: no copy on a disk."""

from __future__ import annotations

import base64
import csv
import hmac
import io
from collections.abc import Iterable, Sequence

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

from bot.web import Shell
from bot.web.guard import from_us
from bot.web.visitor import field

MOST = 10 * 1024 * 1024  # of files in one go (reliability.md S8.1)
AROUND = 64 * 1024  # what a browser writes around them
NAME = 80  # characters of the name of a file
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class InMemory(MultiPartParser):
    """Never spills to a file: there would be a plain copy of HR's export on the disk."""

    spool_max_size = MOST + AROUND

    async def parse(self) -> FormData:
        """The form; what came in until something went wrong is let go at once."""
        try:
            return await super().parse()
        except Exception:
            for begun in self._files_to_close_on_error:
                begun.close()
            raise


async def posted(shell: Shell, request: Request, csrf: str, files: int) -> tuple[FormData, list[tuple[str, bytes]]]:
    """A form with files, from a page of ours and of this visit, and each file that was chosen: its name and content.

    403 for a form of elsewhere; MultiPartException for a broken one, or one with more files.
    """
    if not from_us(request.headers, shell.settings.base_url):
        raise HTTPException(403)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(400)
    form = await InMemory(request.headers, request.stream(), max_files=files, max_fields=20).parse()
    try:
        if not hmac.compare_digest(field(form, "csrf").encode(), csrf.encode()):
            raise HTTPException(403)
        chosen = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
        return form, [(plain(one.filename or ""), await one.read()) for one in chosen]
    finally:
        await form.close()


def plain(name: str) -> str:
    """The name of a file, without folders and without signs that nobody sees."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[-NAME:]


def sheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A list as an address of its own, to save from the page: nothing has to be kept here for it.

    For Excel as it is set in Flanders: semicolons, and no cell that it could take for a formula.
    """
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    for row in (header, *rows):
        cells = (str(cell) for cell in row)
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(made.getvalue().encode("utf-8-sig")).decode()
