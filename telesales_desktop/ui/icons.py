"""How is an icon of ours drawn in the colour of the text beside it?"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache

from telesales_desktop.resources import resource_path


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """The icon at normal and double resolution."""
    drawn = QIcon()
    for ratio in (1, 2):
        drawn.addPixmap(pixmap(name, colour.name(), size, float(ratio)))
    return drawn


def pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """The icon as a picture of ``size`` device-independent pixels."""
    key = f"{name}/{colour}/{size}/{ratio}"
    cached = QPixmap()
    if QPixmapCache.find(key, cached):
        return cached
    # QtSvg is not needed for the first paint of a live window: loaded when first drawn with.
    from PySide6.QtSvg import QSvgRenderer

    source = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    QPixmapCache.insert(key, picture)
    return picture


def application_icon() -> QIcon:
    """The program's own sign, for title bars and task lists."""
    sign = QIcon()
    for size in (16, 32, 64, 256):
        sign.addPixmap(pixmap("telesales", "#1d5bb8", size, 1.0))
    return sign
