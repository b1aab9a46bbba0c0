"""Workbooks of Excel, made by hand: the few parts a reader looks at."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'<styleSheet {MAIN}><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Formula:
    """A formula, with what it was when the workbook was saved."""

    text: str
    value: str


def packed(members: Mapping[str, bytes]) -> bytes:
    """An archive of these."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def _cell(at: str, value: object, style: str) -> str:
    match value:
        case Formula():
            return f'<c r="{at}" t="str"><f>{escape(value.text.removeprefix("="))}</f><v>{escape(value.value)}</v></c>'
        case bool():
            return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{at}"{style}><v>{value}</v></c>'
        case _:
            return f'<c r="{at}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _sheet(rows: Rows, dates: Collection[tuple[int, int]]) -> str:
    lines = []
    for down, row in enumerate(rows):
        cells = (
            _cell(f"{chr(65 + across)}{down + 1}", value, ' s="1"' if (down, across) in dates else "")
            for across, value in enumerate(row)
        )
        lines.append(f'<row r="{down + 1}">{"".join(cells)}</row>')
    return f"{HEAD}<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def parts(*sheets: Rows, dates: Collection[tuple[int, int]] = ()) -> dict[str, bytes]:
    """The members of a workbook. `dates` are the cells, counted from 0, that are shown as a date."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbers = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in numbers
    )
    made = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
        + "".join(f'<sheet name="Blad{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + f'<Relationship Id="rId0" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    members = {name: (text if text.startswith(HEAD) else HEAD + text).encode() for name, text in made.items()}
    for number, rows in zip(numbers, sheets, strict=True):
        members[f"xl/worksheets/sheet{number}.xml"] = _sheet(rows, dates).encode()
    return members


def workbook(*sheets: Rows, dates: Collection[tuple[int, int]] = ()) -> bytes:
    """A workbook with these sheets."""
    return packed(parts(*sheets, dates=dates))
