"""The same head in five contrasts: T1, T2, FLAIR, diffusion at b 0, and the diffusion coefficient."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from viewers.phantoms.brain.head import Head, shell_values
from viewers.phantoms.brain.template import fractions
from viewers.phantoms.fields.grid import Array
from viewers.phantoms.fields.randomness import smooth_field

LESION_ADC, EDEMA_ADC = 620.0, 1340.0


@dataclass(frozen=True, kw_only=True)
class Look:
    """Signal of each tissue in one contrast (arbitrary units; ADC in 1e-6 mm²/s)."""

    fluid: float
    grey: float
    white: float
    bone: float
    marrow: float
    fat: float
    muscle: float
    skin: float
    lesion: float
    edema: float
    vitreous: float


LOOKS: Mapping[str, Look] = {
    "T1": Look(
        fluid=95,
        grey=330,
        white=455,
        bone=35,
        marrow=400,
        fat=610,
        muscle=240,
        skin=380,
        lesion=285,
        edema=330,
        vitreous=85,
    ),
    "T2": Look(
        fluid=1020,
        grey=430,
        white=300,
        bone=35,
        marrow=330,
        fat=560,
        muscle=150,
        skin=300,
        lesion=585,
        edema=720,
        vitreous=1000,
    ),
    "FLAIR": Look(
        fluid=70,
        grey=380,
        white=285,
        bone=30,
        marrow=250,
        fat=330,
        muscle=190,
        skin=260,
        lesion=610,
        edema=465,
        vitreous=60,
    ),
    "B0": Look(
        fluid=1050,
        grey=430,
        white=330,
        bone=15,
        marrow=35,
        fat=40,
        muscle=110,
        skin=60,
        lesion=640,
        edema=720,
        vitreous=900,
    ),
    "ADC": Look(
        fluid=3050,
        grey=860,
        white=730,
        bone=900,
        marrow=700,
        fat=500,
        muscle=1250,
        skin=900,
        lesion=LESION_ADC,
        edema=EDEMA_ADC,
        vitreous=2900,
    ),
}


def contrast(name: str, model: Head, rng: np.random.Generator, lesion: Array, edema: Array) -> Array:
    """Paint one contrast on the model grid; ``lesion`` and ``edema`` are shares 0 … 1 of each voxel."""
    look = LOOKS[name]
    lumps, streaks = smooth_field(rng, model.grid, 9.0), smooth_field(rng, model.grid, 30.0)
    picture = _outside(model, look, lumps, streaks)
    flat = picture.reshape(-1)
    for part in model.parts:
        flat[part.voxels] += part.share * (_organ(part.tissue, look) - flat[part.voxels])
    fluid, grey, white = fractions(model.brightness)
    brain = fluid * look.fluid + grey * (look.grey * (1 + 0.02 * streaks)) + white * (look.white * (1 + 0.015 * lumps))
    if name == "FLAIR":
        brain += 60 * white * _glow(fluid)
    picture += model.inside * (brain - picture)
    swollen = edema * white * (1 - lesion)
    picture += swollen * (look.edema * (1 + 0.05 * lumps) - picture)
    picture += lesion * (look.lesion * (1 + (0.05 * lumps if name != "ADC" else 0)) - picture)
    return np.maximum(picture, 0)


def _glow(fluid: Array) -> Array:
    """A faint bright rim in the white matter along the ventricles."""
    return np.asarray(np.clip(ndimage.gaussian_filter(fluid, 2.5) * 2.2, 0, 1), np.float32)


def _outside(model: Head, look: Look, lumps: Array, streaks: Array) -> Array:
    """Fluid over the brain, the three layers of the skull, scalp; below the base muscle and fat."""
    d = model.distance + 0.3 * lumps
    layers = ((1.5, look.fluid), (3.8, look.bone), (5.6, look.marrow), (7.8, look.bone), (9.0, look.muscle * 0.8),
              (12.6, look.fat), (40.0, look.skin))  # fmt: skip
    picture = shell_values(d, layers)
    sparse = np.clip(0.62 + 0.5 * streaks, 0.15, 1) * np.clip(1 - np.abs(d - 4.7) / 1.6, 0, 1)
    picture += np.clip(1 - np.abs(d - 4.7) / 1.3, 0, 1) * (look.bone - picture) * (1 - np.clip(sparse * 1.6, 0, 1))
    deep = np.clip((d - 12.5) * 0.8, 0, 1) * np.clip(-model.skin / 1.5, 0, 1)
    lean = np.clip((np.abs(streaks + 0.35 * lumps) - 0.2) * 6 + 0.5, 0, 1)
    meat = (look.fat * 0.8 + lean * (look.muscle - look.fat * 0.8)) * (1 + 0.05 * lumps)
    meat = np.where(model.skin > -4.5, np.float32(look.fat), meat)
    picture += deep * (meat - picture)
    skin = np.clip(0.5 - np.abs(model.skin + 1) / model.grid.spacing_mm[0] + 0.5, 0, 1)
    picture += skin * (look.skin - picture)
    return np.asarray(picture * np.clip(0.5 - model.skin / model.grid.spacing_mm[0], 0, 1), np.float32)


def _organ(kind: str, look: Look) -> float:
    return {
        "fat": look.fat,
        "muscle": look.muscle,
        "nerve": look.white,
        "csf": look.fluid,
        "sclera": look.bone + 60,
        "vitreous": look.vitreous,
        "lens": look.muscle * 0.7,
        "air": 0.0,
        "mucosa": look.muscle * 1.6,
        "bone": look.bone + 15,
        "marrow": look.marrow,
    }[kind]
