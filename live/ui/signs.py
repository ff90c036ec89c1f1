"""The dot and the small icons: shapes first, colours second, so that no sign is a colour alone."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen

from live.ui.theme import Theme

SIGNS = ("listening", "lost", "echo", "paused", "wordless", "asleep", "ended", "ready")
"""The states of the dot."""
ICONS = ("overlap", "pause", "wave", "speech", "leaf")


def dot(p: QPainter, theme: Theme, sign: str, centre: QPointF, size: float) -> None:
    """The state of things, in a square of `size`."""
    r = size / 2
    colour = QColor(theme.warn if sign in ("lost", "echo", "ended") else theme.calm)
    pen = QPen(colour, size * 0.16, cap=Qt.PenCapStyle.RoundCap)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(colour)
    square = QRectF(centre.x() - r, centre.y() - r, size, size)
    if sign == "lost":  # half of it is missing
        p.drawPie(square, 90 * 16, 180 * 16)
        p.setPen(QPen(colour, size * 0.1))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawEllipse(square.adjusted(size * 0.05, size * 0.05, -size * 0.05, -size * 0.05))
    elif sign == "echo":  # sound that comes back
        p.drawEllipse(centre + QPointF(-r * 0.5, 0), r * 0.5, r * 0.5)
        p.setPen(pen)
        p.setBrush(Qt.BrushStyle.NoBrush)
        for reach in (0.55, 1.0):
            arc = QRectF(0, 0, size * reach, size * reach)
            arc.moveCenter(centre + QPointF(-r * 0.5, 0))
            p.drawArc(arc.adjusted(-r * 0.3, -r * 0.3, r * 0.3, r * 0.3), -45 * 16, 90 * 16)
    elif sign == "paused":
        for side in (-0.42, 0.42):
            bar = QRectF(0, 0, size * 0.26, size * 0.9)
            bar.moveCenter(centre + QPointF(r * side, 0))
            p.drawRoundedRect(bar, size * 0.1, size * 0.1)
    elif sign in ("wordless", "ready"):  # an outline: it is not filled yet
        p.setPen(pen)
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawEllipse(centre, r * 0.8, r * 0.8)
    elif sign == "asleep":  # a crescent
        moon, bite = QPainterPath(), QPainterPath()
        moon.addEllipse(centre, r, r)
        bite.addEllipse(centre + QPointF(r * 0.55, -r * 0.35), r * 0.9, r * 0.9)
        p.drawPath(moon.subtracted(bite))
    elif sign == "ended":
        p.setPen(pen)
        for side in (-1, 1):
            p.drawLine(
                centre + QPointF(-r * 0.6, -r * 0.6 * side),
                centre + QPointF(r * 0.6, r * 0.6 * side),
            )
    else:
        p.drawEllipse(centre, r, r)


def ring(p: QPainter, theme: Theme, centre: QPointF, size: float) -> None:
    """The client's own silence."""
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(QColor(theme.calm), size * 0.12))
    p.drawEllipse(centre, size * 0.8, size * 0.8)


def maybe(p: QPainter, theme: Theme, centre: QPointF, size: float) -> None:
    """Something may be happening: a thin line around the dot."""
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(QColor(theme.calm), size * 0.12))
    p.drawEllipse(centre, size * 0.85, size * 0.85)


def icon(p: QPainter, colour: QColor, name: str, box: QRectF) -> None:
    """A small drawing of what a cue is about."""
    w, c = box.width(), box.center()
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(colour, w * 0.1, cap=Qt.PenCapStyle.RoundCap, join=Qt.PenJoinStyle.RoundJoin))
    path = QPainterPath()
    if name == "overlap":  # two who are there at once
        for side in (-1, 1):
            p.drawEllipse(c + QPointF(side * w * 0.17, 0), w * 0.29, w * 0.29)
    elif name == "pause":  # a gap between two sounds
        for side in (-1, 1):
            p.drawLine(
                c + QPointF(side * w * 0.17, -w * 0.3), c + QPointF(side * w * 0.17, w * 0.3)
            )
    elif name == "wave":
        path.moveTo(c + QPointF(-w * 0.42, 0))
        path.cubicTo(
            c + QPointF(-w * 0.2, -w * 0.5), c + QPointF(-w * 0.1, -w * 0.1), c + QPointF(0, 0)
        )
        path.cubicTo(
            c + QPointF(w * 0.1, w * 0.1), c + QPointF(w * 0.2, w * 0.5), c + QPointF(w * 0.42, 0)
        )
        p.drawPath(path)
    elif name == "leaf":  # something that grows
        path.moveTo(c + QPointF(-w * 0.32, w * 0.34))
        path.quadTo(c + QPointF(-w * 0.42, -w * 0.3), c + QPointF(w * 0.36, -w * 0.36))
        path.quadTo(c + QPointF(w * 0.36, w * 0.34), c + QPointF(-w * 0.2, w * 0.2))
        p.drawPath(path)
    else:  # what was said
        body = QRectF(c.x() - w * 0.4, c.y() - w * 0.36, w * 0.8, w * 0.56)
        path.addRoundedRect(body, w * 0.16, w * 0.16)
        p.drawPath(path)
        p.drawLine(c + QPointF(-w * 0.16, w * 0.2), c + QPointF(-w * 0.24, w * 0.38))
