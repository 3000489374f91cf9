"""Which shape stands for which tone? Colour is never the only sign."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from telesales_desktop.ui.palettes import Palette, Tone


def paint_shape(
    painter: QPainter,
    box: QRectF,
    tone: Tone,
    palette: Palette,
    *,
    turn: int = 0,
    selected: bool = False,
) -> None:
    """Draw the tone's shape into a square box. Units: ``turn`` degrees, for the program's arc."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = palette.tone(tone)
    if selected and palette.high_contrast:
        colour = palette.colour("selection_text")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    inner = box.adjusted(1, 1, -1, -1)
    match tone:
        case Tone.NEUTRAL:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.8))
            painter.drawEllipse(inner.adjusted(0.5, 0.5, -0.5, -0.5))
        case Tone.PROGRAM:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(_round_pen(colour, 2.2))
            painter.drawArc(inner.adjusted(0.5, 0.5, -0.5, -0.5), (90 - turn) * 16, -270 * 16)
        case Tone.AGENT:
            painter.drawPolygon(_triangle(inner))
        case Tone.DONE:
            painter.drawEllipse(box)
            hole = "selection" if selected and palette.high_contrast else "panel"
            _paint_check(painter, box, palette.colour(hole))
        case Tone.STOPPED:
            middle = inner.center().y()
            painter.drawRoundedRect(
                QRectF(inner.left(), middle - 1.75, inner.width(), 3.5), 1.75, 1.75
            )
        case Tone.DANGER:
            painter.drawPolygon(_diamond(box))
    painter.restore()


def _triangle(box: QRectF) -> QPolygonF:
    top = QPointF(box.center().x(), box.top())
    return QPolygonF([top, box.bottomRight(), box.bottomLeft()])


def _diamond(box: QRectF) -> QPolygonF:
    centre, reach = box.center(), box.width() / 2
    return QPolygonF(
        [
            QPointF(centre.x(), centre.y() - reach),
            QPointF(centre.x() + reach, centre.y()),
            QPointF(centre.x(), centre.y() + reach),
            QPointF(centre.x() - reach, centre.y()),
        ]
    )


def _paint_check(painter: QPainter, box: QRectF, colour: QColor) -> None:
    width, height = box.width(), box.height()
    painter.setPen(_round_pen(colour, max(1.4, width / 8)))
    painter.drawPolyline(
        QPolygonF(
            [
                QPointF(box.left() + width * 0.28, box.top() + height * 0.53),
                QPointF(box.left() + width * 0.44, box.top() + height * 0.69),
                QPointF(box.left() + width * 0.73, box.top() + height * 0.35),
            ]
        )
    )


def _round_pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
