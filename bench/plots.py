"""The picture of docs/performance.md, drawn from what a run has measured."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib

from bench.measure import Result


def draw(results: Sequence[Result], path: Path) -> None:
    """Each ratio against its target, on one page: below the line is better where the target is a maximum."""
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "therapist-booking"  # the same picture for the same numbers
    matplotlib.rcParams["svg.fonttype"] = "none"  # text stays text
    from matplotlib import pyplot

    gated = [each for each in results if _target(each) is not None]
    figure, axes = pyplot.subplots(figsize=(9, 0.5 * len(gated) + 1.2))
    for row, each in enumerate(reversed(gated)):
        target = _target(each) or 1.0
        good = each.ratio / target if each.target.startswith("≤") else target / each.ratio
        axes.barh(row, good, color="#4c956c" if each.is_met else "#d68c45", height=0.6)
        if each.spread is not None:
            low, high = (value / target for value in each.spread)
            axes.plot([low, high], [row, row], color="#333333", linewidth=1)
        text = f"{each.ratio:.2f}× ({each.target})"
        axes.text(1.01, row, text, transform=axes.get_yaxis_transform(), va="center")  # beside the picture
    axes.axvline(1.0, color="#333333", linewidth=1)
    axes.set_yticks(range(len(gated)), [f"{each.bench}: {each.what}"[:70] for each in reversed(gated)], fontsize=8)
    axes.set_xlabel("measured ÷ target: left of the line the target is met")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _target(result: Result) -> float | None:
    """The number in ``≤ 1.3×`` or ``≥ 0.7×``, or None for a line with another kind of target."""
    text = result.target.rstrip("×").removeprefix("≤ ").removeprefix("≥ ")
    try:
        return float(text)
    except ValueError:
        return None
