"""Makes the smallest workbook (.xlsx) that holds a CSV table as texts."""

import csv
import io
import zipfile
from typing import Final
from xml.sax.saxutils import escape

_PLACE: Final = "http://schemas.openxmlformats.org/"
_PARTS: Final = {
    "_rels/.rels": f'<Relationships xmlns="{_PLACE}package/2006/relationships"><Relationship Id="r" Type="{_PLACE}'
    'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PLACE}package/2006/relationships"><Relationship Id="r" '
    f'Type="{_PLACE}officeDocument/2006/relationships/worksheet" Target="worksheets/a.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_PLACE}spreadsheetml/2006/main" '
    f'xmlns:r="{_PLACE}officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r"/></sheets></workbook>',
}


def make_workbook(table: bytes) -> bytes:
    """Returns the workbook of a table."""
    rows = "".join(
        f"<row>{''.join(_cell(text) for text in row)}</row>"
        for row in csv.reader(io.StringIO(table.decode()))
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in _PARTS.items():
            archive.writestr(zipfile.ZipInfo(name), text)
        archive.writestr(
            zipfile.ZipInfo("xl/worksheets/a.xml"),
            f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        )
    return content.getvalue()


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'
