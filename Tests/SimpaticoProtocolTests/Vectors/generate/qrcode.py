"""Writes ../qrcode-layouts.json and ../qrcode-symbols.json with segno, an independent encoder of
QR codes (pip install segno==1.6.6). Usage: python qrcode.py"""

import json
import pathlib
import re

import segno
from segno import consts, encoder

FOLDER = pathlib.Path(__file__).parent.parent
LEVELS = {
    "low": consts.ERROR_LEVEL_L,
    "medium": consts.ERROR_LEVEL_M,
    "quartile": consts.ERROR_LEVEL_Q,
    "high": consts.ERROR_LEVEL_H,
}
SEGNO_LEVELS = {"low": "l", "medium": "m", "quartile": "q", "high": "h"}
LINK = (
    "https://relay.example.org/chat#invite=Zm9vYmFyYmF6cXV4LV9aRzl2WW1GeVltRjZjWFY0LV8"
    ".MTIzNDU2Nzg5MGFi.c2VjcmV0LW9mLTEyOC1iaX")


def write_padding_bits(buff, version, length):
    """In place of segno's own, which adds eight zeros to bits that end with a codeword already
    (ISO/IEC 18004:2015, section 7.4.10)."""
    buff.extend([0] * (-length % 8))


encoder.write_padding_bits = write_padding_bits


def penalty(matrix):
    """The four penalties of section 7.8.3.1. Of segno's, the third leaves out patterns that
    overlap; it is counted here."""
    size = len(matrix)
    runs, squares, _, balance = encoder.mask_scores([bytearray(row) for row in matrix], size, size)
    lines = ["0000%s0000" % "".join(map(str, line)) for line in (*matrix, *zip(*matrix))]
    finders = re.compile("(?=(?<=0000)1011101|1011101(?=0000))")
    return runs + squares + balance + 40 * sum(len(finders.findall(line)) for line in lines)


def layouts():
    """For each version its alignment patterns and, by correction, its blocks."""
    for version in range(1, 41):
        yield {
            "version": version,
            "alignment": list(consts.ALIGNMENT_POS[version - 2]) if version > 1 else [],
            "blocks": {
                name: [
                    [part.num_blocks, part.num_data, part.num_total - part.num_data]
                    for part in consts.ECC[version][level]
                ]
                for name, level in LEVELS.items()
            },
        }


def symbol(text, correction, version=None):
    """A text's matrix under the mask that the penalties of the whole symbol favour."""
    is_ascii = text.isascii()
    made = [
        segno.make_qr(
            text, error=SEGNO_LEVELS[correction], version=version, mask=mask, boost_error=False,
            eci=not is_ascii, encoding=None if is_ascii else "utf-8")
        for mask in range(8)
    ]
    penalties = [penalty(code.matrix) for code in made]
    mask = penalties.index(min(penalties))
    return {
        "text": text,
        "correction": correction,
        "version": made[mask].version,
        "penalties": penalties,
        "mask": mask,
        "rows": [
            "%0*x" % ((len(row) + 3) // 4, int("".join(map(str, row)), 2))
            for row in made[mask].matrix
        ],
    }


def symbols():
    yield symbol("01234567", "medium", 1)  # the example of Annex I
    yield symbol("AC-42", "high", 1)  # the example of section 7.4.4
    for correction in LEVELS:
        yield symbol(LINK, correction)
    yield symbol("Grüße aus Zürich, 世界 👋", "medium")
    yield symbol("$%*+-./: 0AZ", "quartile")
    yield symbol("a", "low")
    # Versions at which something begins or is peculiar, full and nearly full.
    for version, correction in (
            (2, "low"), (5, "quartile"), (7, "high"), (9, "low"), (10, "medium"), (14, "high"),
            (21, "quartile"), (26, "low"), (27, "medium"), (32, "quartile"), (40, "low")):
        digits = "3141592653589793238462643383279502884197" * 200
        bits = consts.SYMBOL_CAPACITY[version][LEVELS[correction]]
        width = 10 if version < 10 else 12 if version < 27 else 14
        count = (bits - 4 - width) * 3 // 10
        yield symbol(digits[:count - version % 3], correction, version)


def write(name, entries):
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    (FOLDER / name).write_text("[\n" + lines + "\n]\n", encoding="utf-8")


write("qrcode-layouts.json", layouts())
write("qrcode-symbols.json", symbols())
