"""Draws a captured terminal screen as a picture, as a camera would see it."""

import re
import subprocess

CELL = 6
SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m|\x1b[()][0-9A-Za-z]|\x0e|\x0f")
PALETTE = {16: 0, 231: 255}
# What a half block inks: the upper and the lower half of its cell.
INK = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}


def rows_of(screen):
    """Each row as cells: the grey of the upper and of the lower half."""
    front, back = 200, 30
    rows = []
    for line in screen.split("\n"):
        cells = []
        position = 0
        while position < len(line):
            match = SEQUENCE.match(line, position)
            if match:
                front, back = coloured(match[1], front, back)
                position = match.end()
                continue
            # Letters are no part of a code: any ink will do for them.
            upper, lower = INK.get(line[position], (True, False))
            cells.append((front if upper else back, front if lower else back))
            position += 1
        rows.append(cells)
    return rows


def coloured(parameters, front, back):
    """The colours after a sequence that selects some (ECMA-48 SGR)."""
    if parameters is None:
        return front, back
    numbers = [int(number or 0) for number in parameters.split(";")]
    while numbers:
        number = numbers.pop(0)
        if number == 0:
            front, back = 200, 30
        elif number in (38, 48) and numbers[:1] == [5]:
            grey = PALETTE.get(numbers[1], 128)
            numbers = numbers[2:]
            front, back = (grey, back) if number == 38 else (front, grey)
        elif number == 39:
            front = 200
        elif number == 49:
            back = 30
    return front, back


def decode(screen, file):
    """The text of the QR code on a screen, as zbarimg reads it from a picture."""
    rows = rows_of(screen)
    columns = max(len(row) for row in rows)
    lines = []
    for row in rows:
        cells = row + [(30, 30)] * (columns - len(row))
        for half in (0, 1):
            lines += [b"".join(bytes([cell[half]]) * CELL for cell in cells)] * CELL
    file.write_bytes(b"P5 %d %d 255\n" % (columns * CELL, len(lines)) + b"".join(lines))
    answer = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(file)],
        check=False, capture_output=True, text=True, encoding="utf-8",
    )
    return answer.stdout.strip()
