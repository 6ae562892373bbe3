"""Evidence in words: what a measurement says, how its key picture stands, which evidence a statement rests on."""

from collections.abc import Iterable, Mapping

from workstation.opinions.evidence import Evidence
from workstation.opinions.opinion import Opinion

ORIENTATION = ("plane", "orientation")
CENTRE = ("window_centre", "window_center", "centre", "center")
WIDTH = ("window_width", "width")
DRAWN = "orientation, window and scale as drawn in the picture"
SCALE = ("mm_per_pixel", "scale_mm_per_pixel", "scale")


def said(item: Evidence) -> str:
    """The evidence in a few words with its printed digits, e.g. "Length 8.1 mm"."""
    name = item.label or item.kind.replace("-", " ").capitalize()
    if len(item.values) == 1:
        return f"{name} {item.values[0].text()}"
    values = ", ".join(f"{value.name} {value.text()}" for value in item.values)
    return f"{name}: {values}" if values else name


def marks_of(opinion: Opinion, ids: Iterable[str]) -> tuple[str, ...]:
    """One line for each cited evidence, e.g. "E1  Length 8.1 mm"."""
    numbers = {item.id: number for number, item in enumerate(opinion.evidence, start=1)}
    return tuple(f"E{numbers[key]}  {said(item)}" for key in ids if (item := opinion.cited(key)))


def origin(item: Evidence) -> tuple[str, ...]:
    """Whence the images of an evidence are: day, modality, series, as far as known."""
    return tuple(part for part in (item.study_date, item.modality, item.series_description) if part)


def caption(item: Evidence) -> tuple[str, ...]:
    """The lines below a key picture: series, orientation, window, scale."""
    series = " · ".join(origin(item))
    view = " · ".join(part for part in _view(item.view) if part)
    frame = f"Image …{item.images[0].sop_uid[-16:]}, frame {item.images[0].frame}" if item.images else ""
    return tuple(line for line in (series, view, frame) if line)


def _view(view: Mapping[str, object]) -> tuple[str, ...]:
    orientation = _first(view, ORIENTATION)
    flat: dict[str, object] = {**view}
    window = view.get("window")
    if isinstance(window, Mapping):
        flat.update({str(key): value for key, value in window.items()})
    centre, width = _first(flat, CENTRE), _first(flat, WIDTH)
    scale = _first(view, SCALE)
    letters = view.get("letters")
    shown = f"letters {' '.join(map(str, letters))}" if isinstance(letters, (list, tuple)) and letters else ""
    return (
        str(orientation).capitalize() if orientation else "",
        shown,
        f"window centre {_number(centre)}, width {_number(width)}" if centre != "" and width != "" else "",
        f"scale {_number(scale)} mm per picture pixel" if scale else DRAWN,
    )


def _first(view: Mapping[str, object], names: Iterable[str]) -> object:
    return next((view[name] for name in names if view.get(name) is not None), "")


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
