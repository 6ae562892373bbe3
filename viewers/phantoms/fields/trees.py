"""Trees that fill an organ: vessels and airways grown towards target points, tapering by Murray's law."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A tree of nodes: positions (n, 3) as (x, y, z) mm, parents (n,; the root's is -1) and radii (n,) mm."""

    nodes: Points
    parents: NDArray[np.intp]
    radii: NDArray[np.float64]

    def edges(self, thinnest_mm: float = 0.0) -> tuple[Points, Points, NDArray[np.float64]]:
        """Starts, ends and radii of every edge at least this thick."""
        keep = (self.parents >= 0) & (self.radii >= thinnest_mm)
        return self.nodes[self.parents[keep]], self.nodes[keep], self.radii[keep]


def thinned(tree: Tree, widest_mm: float, length_mm: float) -> Tree:
    """The tree with no radius above ``widest_mm`` · exp(-distance from the root / ``length_mm``)."""
    far = np.linalg.norm(tree.nodes - tree.nodes[0], axis=1)
    return replace(tree, radii=np.minimum(tree.radii, widest_mm * np.exp(-far / length_mm) + 0.35))


def grow(
    rng: np.random.Generator,
    trunk: Points,
    targets: Points,
    *,
    leaf_mm: float,
    exponent: float = 2.7,
    step_mm: float = 6.0,
    trunk_mm: float | None = None,
) -> Tree:
    """Grow a tree from a trunk (n, 3) to every target, coarse branches first.

    Each target joins where the way is short and the angle sharp, as vessels do, in a gently curved branch.

    Args:
        rng: source of irregularity.
        trunk: the path everything springs from.
        targets: where twigs end, in any order; early ones become the thick branches.
        leaf_mm: radius of a twig.
        exponent: of Murray's law, r_parent^e = sum of r_child^e.
        step_mm: distance between nodes.
        trunk_mm: radius of the root; the whole tree is scaled towards it when given.
    """
    room = len(trunk) + int(len(targets) * 14)
    nodes, heading = np.empty((room, 3)), np.zeros((room, 3))
    parents = np.full(room, -1, np.intp)
    count = len(trunk)
    nodes[:count] = trunk
    parents[1:count] = np.arange(count - 1)
    heading[:count] = _unit(np.gradient(trunk, axis=0)) if count > 1 else 0.0
    leaves = []
    for target in targets:
        away = target - nodes[:count]
        distance = np.linalg.norm(away, axis=1) + 1e-6
        turn = 1 - np.einsum("ij,ij->i", away, heading[:count]) / distance
        best = int(np.argmin(distance * (1 + 0.9 * turn)))
        branch = _branch(rng, nodes[best], heading[best], target, step_mm)[: room - count - 1]
        last = best
        for point in branch:
            nodes[count], parents[count] = point, last
            heading[count] = _unit((point - nodes[last])[None])[0]
            last, count = count, count + 1
        leaves.append(last)
        if count > room - 20:
            break
    radii = _murray(parents[:count], leaves, leaf_mm, exponent)
    if trunk_mm is not None and radii[0] > 0:
        scale = trunk_mm / radii[0]
        radii = radii * scale ** np.clip(np.log(radii / leaf_mm) / np.log(max(radii[0] / leaf_mm, 1.01)), 0, 1)
    return Tree(nodes=nodes[:count].copy(), parents=parents[:count].copy(), radii=radii)


def _branch(rng: np.random.Generator, start: Points, heading: Points, target: Points, step_mm: float) -> Points:
    length = float(np.linalg.norm(target - start))
    middle = start + heading * length * 0.4 + (target - start) * 0.25 + rng.normal(0, 0.06 * length, 3)
    count = min(12, max(1, int(np.ceil(length / step_mm))))
    t = np.linspace(0, 1, count + 1)[1:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * target)


def _murray(parents: NDArray[np.intp], leaves: list[int], leaf_mm: float, exponent: float) -> NDArray[np.float64]:
    flow = np.zeros(len(parents))
    flow[leaves] = 1.0
    for node in range(len(parents) - 1, 0, -1):
        if parents[node] >= 0:
            flow[parents[node]] += flow[node]
    return np.asarray(leaf_mm * np.maximum(flow, 0.3) ** (1 / exponent))


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
