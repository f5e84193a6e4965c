"""The risk-coverage curve as a drawing: plain SVG, the same bytes for the same points."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT = 480, 320
_LEFT, _TOP, _SIDE = 56, 32, 400
_TALL = 232
_MOST_POINTS = 200


def risk_coverage_svg(title: str, points: Sequence[tuple[float, float]]) -> str:
    """`points` are (coverage, risk), each in [0, 1]; of more than 200 only some are drawn."""
    step = max(1, len(points) // _MOST_POINTS)
    drawn = [*points[:-1:step], points[-1]]
    line = " ".join(f"{_x(coverage):.1f},{_y(risk):.1f}" for coverage, risk in drawn)
    marks = []
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        marks += [
            f'<path d="M{_LEFT} {_y(part):.1f}h{_SIDE}" stroke="#ddd"/>',
            f'<text x="{_LEFT - 8}" y="{_y(part) + 4:.1f}" text-anchor="end">{part:g}</text>',
            f'<text x="{_x(part):.1f}" y="{_TOP + _TALL + 18}" text-anchor="middle">{part:g}</text>',
        ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
            f'height="{_HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
            f'<text x="{_LEFT}" y="20">{escape(title)}</text>',
            *marks,
            f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="2"/>',
            f'<text x="{_LEFT + _SIDE / 2:g}" y="{_HEIGHT - 8}" text-anchor="middle">'
            "share of questions answered, the surest first</text>",
            f'<text x="14" y="{_TOP + _TALL / 2:g}" text-anchor="middle" '
            f'transform="rotate(-90 14 {_TOP + _TALL / 2:g})">share of them wrong</text>',
            "</svg>",
            "",
        ]
    )


def _x(coverage: float) -> float:
    return _LEFT + _SIDE * coverage


def _y(risk: float) -> float:
    return _TOP + _TALL * (1 - risk)
