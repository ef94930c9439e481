"""The colours of the charts and their pages, for light and dark; text on each ground has a contrast of at least 4.5."""

from typing import Final

from complaintctl.render.charts.frame import CHART_CLASSES

_LIGHT: Final = {
    "ground": "#ffffff",
    "card": "#f6f8fa",
    "ink": "#1b2430",
    "soft": "#4b5766",
    "edge": "#cbd3dc",
    "c1": "#1d5fbf",
    "c2": "#7a8ca3",
    "good": "#1a7f4b",
    "late": "#a85a00",
    "bad": "#b3261e",
    "mute": "#6b7787",
    "on": "#ffffff",
}
_DARK: Final = {
    "ground": "#11161d",
    "card": "#1a212b",
    "ink": "#e6ebf1",
    "soft": "#a9b5c2",
    "edge": "#3a4654",
    "c1": "#7ab2ff",
    "c2": "#8496ab",
    "good": "#5fd39a",
    "late": "#f2b052",
    "bad": "#ff8f86",
    "mute": "#9aa7b5",
    "on": "#0c1117",
}
_CHART: Final = """\
svg.chart { display: block; width: 100%; height: auto; }
svg.spark { width: 88px; height: 22px; vertical-align: middle; }
svg text { font-size: 13px; fill: var(--ink); } svg .e { text-anchor: end; } svg .m { text-anchor: middle; }
svg .on { fill: var(--on); font-weight: 600; } .grid { stroke: var(--edge); } .dash { stroke: var(--ink); stroke-dasharray: 4 4; }
.line { fill: none; stroke: var(--c1); stroke-width: 2.5; stroke-linejoin: round; }
rect { stroke: var(--ground); stroke-width: .5; }
"""


def theme_css() -> str:
    """Returns the colours as variables: those of the system's theme, or of `data-theme` on the root; light on paper."""
    dark = f"color-scheme: dark; {_variables(_DARK)}"
    light = f"color-scheme: light; {_variables(_LIGHT)}"
    return (
        f":root {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme]) {{ {dark} }} }}\n"
        f':root[data-theme="dark"] {{ {dark} }}\n'
        f"@media print {{ :root:root, :root[data-theme] {{ {light} }} }}\n"
    )


def chart_css() -> str:
    """Returns the CSS of charts, with the variables of their colours."""
    fills = " ".join(f".{name} {{ fill: var(--{name}); }}" for name in CHART_CLASSES)
    return f"{theme_css()}{_CHART}{fills} .line.late {{ fill: none; stroke: var(--late); }}\n"


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())
