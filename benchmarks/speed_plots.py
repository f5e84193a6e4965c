"""Bars and lines as plain SVG, the same bytes for the same figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from spread import Spread

_WIDTH = 640
_OURS, _THEIRS = "#1f5fa8", "#9aa5b1"
_COLOURS = (_OURS, "#c2571a", "#5b8c3a")


def bars_svg(title: str, bars: Mapping[str, Spread], *, unit: str, ours: Sequence[str]) -> str:
    """A bar for each median from zero, with a thin line from least to most; `ours` in another colour."""
    left, right, row, top = 200, 90, 26, 40
    widest = max(bar.most for bar in bars.values())
    scale = (_WIDTH - left - right) / widest
    drawn = []
    for place, (name, bar) in enumerate(bars.items()):
        y, end = top + place * row, left + scale * bar.most
        colour = _OURS if name in ours else _THEIRS
        drawn += [
            f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{left}" y="{y}" width="{scale * bar.median:.1f}" height="18" fill="{colour}"/>',
            f'<path d="M{left + scale * bar.least:.1f} {y + 9}H{end:.1f}" stroke="#222"/>',
            f'<text x="{end + 6:.1f}" y="{y + 14}">{bar.median:.3g}</text>',
        ]
    height = top + len(bars) * row + 26
    axis = f'<text x="{left}" y="{height - 8}">{escape(unit)}</text>'
    return _page(title, height, [*drawn, axis])


def lines_svg(
    title: str, lines: Mapping[str, Sequence[tuple[float, float]]], *, across: str, upward: str
) -> str:
    """Lines through points on two logarithmic axes, marked at the powers of ten."""
    left, top, side, tall = 70, 40, 410, 250
    points = [point for line in lines.values() for point in line]
    first, last = _decades([x for x, _ in points])
    low, high = _decades([y for _, y in points])

    def x_of(x: float) -> float:
        return left + side * (math.log10(x) - first) / (last - first)

    def y_of(y: float) -> float:
        return top + tall * (high - math.log10(y)) / (high - low)

    drawn = []
    for power in range(first, last + 1):
        x = x_of(10**power)
        drawn.append(f'<text x="{x:.1f}" y="{top + tall + 18}" text-anchor="middle">{10**power:,}</text>')
    for power in range(low, high + 1):
        y = y_of(10**power)
        drawn += [
            f'<path d="M{left} {y:.1f}h{side}" stroke="#ddd"/>',
            f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>',
        ]
    for place, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        path = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in line)
        x, y = line[-1]
        drawn += [
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
            *(f'<circle cx="{x_of(a):.1f}" cy="{y_of(b):.1f}" r="3" fill="{colour}"/>' for a, b in line),
            f'<text x="{x_of(x) + 8:.1f}" y="{y_of(y) + 4:.1f}" fill="{colour}">{escape(name)}</text>',
        ]
    height = top + tall + 48
    drawn += [
        f'<text x="{left + side / 2:g}" y="{height - 8}" text-anchor="middle">{escape(across)}</text>',
        f'<text x="14" y="{top + tall / 2:g}" text-anchor="middle" '
        f'transform="rotate(-90 14 {top + tall / 2:g})">{escape(upward)}</text>',
    ]
    return _page(title, height, drawn)


def _decades(values: Sequence[float]) -> tuple[int, int]:
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return first, max(last, first + 1)


def _page(title: str, height: int, drawn: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
            f'height="{height}" font-family="sans-serif" font-size="12" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
            f'<text x="16" y="22" font-weight="bold">{escape(title)}</text>',
            *drawn,
            "</svg>",
            "",
        ]
    )
