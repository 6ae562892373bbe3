"""The screen of the machine: small letters, depth scale, grey bar, ECG, drawn as pixels."""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_GLYPHS = {
    "0": "0E11131519110E", "1": "040C040404040E", "2": "0E11010204081F", "3": "1F02040201110E", "4": "02060A121F0202",
    "5": "1F101E0101110E", "6": "0608101E11110E", "7": "1F010204080808", "8": "0E11110E11110E", "9": "0E11110F01020C",
    "A": "0E11111F111111", "B": "1E11111E11111E", "C": "0E11101010110E", "D": "1C12111111121C", "E": "1F10101E10101F",
    "F": "1F10101E101010", "G": "0E11101711110F", "H": "1111111F111111", "I": "0E04040404040E", "J": "0702020202120C",
    "K": "11121418141211", "L": "1010101010101F", "M": "111B1515111111", "N": "11111915131111", "O": "0E11111111110E",
    "P": "1E11111E101010", "Q": "0E11111115120D", "R": "1E11111E141211", "S": "0F10100E01011E", "T": "1F040404040404",
    "U": "1111111111110E", "V": "11111111110A04", "W": "1111111515150A", "X": "11110A040A1111", "Y": "1111110A040404",
    "Z": "1F01020408101F", "a": "00000E010F110F", "b": "10101619111116",
    "c": "00000E1010110E", "d": "01010D1311110F",
    "e": "00000E111F100E", "f": "0609081C080808", "g": "000F11110F010E", "h": "10101619111111", "i": "04000C0404040E",
    "k": "10101214181412", "l": "0C04040404040E", "m": "00001A15151111", "n": "00001619111111", "o": "00000E1111110E",
    "p": "00001E111E1010", "r": "00001619101010", "s": "00000E100E011E", "t": "08081C08080906", "u": "0000111111130D",
    "v": "00001111110A04", "w": "0000111115150A", "x": "0000110A040A11", "y": "000011110F010E", "z": "00001F0204081F",
    ".": "00000000000C0C", ":": "000C0C000C0C00", "-": "0000001F000000", "/": "00010204081000", "%": "18190204081303",
    " ": "00000000000000", "+": "0004041F040400", "=": "00001F001F0000",
}  # fmt: skip


def write_text(picture: Picture, place: tuple[int, int], text: str, ink: tuple[int, int, int], scale: int = 1) -> None:
    """Write ``text`` with its upper left corner at (row, column) in 5 x 7 letters, ``scale`` pixels a dot."""
    row, column = place
    for letter in text:
        rows = bytes.fromhex(_GLYPHS.get(letter, _GLYPHS["-"]))
        dots = np.array([[byte >> (4 - bit) & 1 for bit in range(5)] for byte in rows], bool)
        dots = np.kron(dots, np.ones((scale, scale), bool))
        area = picture[row : row + dots.shape[0], column : column + dots.shape[1]]
        area[dots[: area.shape[0], : area.shape[1]]] = ink
        column += 6 * scale


def draw_curve(
    picture: Picture, columns: NDArray[np.int_], rows: NDArray[np.float64], ink: tuple[int, int, int]
) -> None:
    """Draw a curve one column at a time, joined vertically."""
    heights = np.rint(rows).astype(int)
    for i in range(1, len(columns)):
        low, high = sorted((heights[i - 1], heights[i]))
        picture[max(low, 0) : high + 1, columns[i]] = ink


def draw_ruler(picture: Picture, column: int, top_row: float, px_per_cm: float, depth_cm: int) -> None:
    """Depth ticks every centimetre, longer and numbered every five."""
    for cm in range(depth_cm + 1):
        row = round(top_row + cm * px_per_cm)
        long = cm % 5 == 0
        picture[row : row + 1, column - (8 if long else 4) : column] = (170, 170, 170)
        if long and cm:
            write_text(picture, (row - 3, column + 4), str(cm), (170, 170, 170))


def draw_grey_bar(picture: Picture, box: tuple[int, int, int, int]) -> None:
    """The bar of all greys, bright at the top; box as (row, column, rows, columns)."""
    row, column, rows, columns = box
    picture[row : row + rows, column : column + columns] = np.linspace(235, 0, rows).astype(np.uint8)[:, None, None]
