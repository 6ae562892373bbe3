"""The palette: the colours and the typeface that panes paint with, handed in by whoever knows the theme."""

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colour tokens as ``#RRGGBB``, the font family, and the scale of every length. The defaults are the dark theme."""

    ground: str = "#0E1114"
    panel: str = "#15191E"
    raised: str = "#1D2329"
    line: str = "#2B333B"
    text: str = "#E6EAEE"
    quiet: str = "#9AA7B2"
    disabled: str = "#5F6B75"
    accent: str = "#4FB3D9"
    good: str = "#6FBF8B"
    watch: str = "#E0B252"
    danger: str = "#E5695E"
    axial: str = "#E05C5C"
    coronal: str = "#5CC46A"
    sagittal: str = "#D9C14A"
    mark: str = "#F2D24B"
    mark_resting: str = "#8CD3E8"
    image: str = "#000000"
    on_image: str = "#E6EAEE"
    family: str = "Inter"
    scale: float = 1.0

    def px(self, length: float) -> float:
        """A length of the design in logical pixels at this scale."""
        return length * self.scale


def palette_from(colours: Mapping[str, str], *, family: str, scale: float = 1.0) -> Palette:
    """The palette of a theme; tokens that panes do not know are passed over, missing ones keep the dark theme's."""
    names = {field.name for field in fields(Palette)} - {"family", "scale", "on_image"}
    known = {name: value for name, value in colours.items() if name in names}
    return Palette(**known, family=family, scale=scale)


def plane_colour(palette: Palette, plane: str) -> str:
    """The colour of a plane's frame and of its line in other views; quiet for the acquired one."""
    return {"axial": palette.axial, "coronal": palette.coronal, "sagittal": palette.sagittal}.get(plane, palette.quiet)
