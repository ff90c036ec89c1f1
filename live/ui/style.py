"""Colours and type of the windows, as Qt wants them: palette, font and style sheet."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QPalette
from PyQt6.QtWidgets import QApplication

from live.cues.look import ScreenOptions
from live.ui.theme import FONTS, TEXT_PX, Theme, chosen

_SHEET = """
* {{ font-size: {text}px; }}
QWidget {{ color: {ink}; outline: none; }}
QWidget#window, QScrollArea, QWidget#page {{ background: {ground}; border: none; }}
QLabel#title {{ font-size: {title}px; font-weight: 600; }}
QLabel#heading {{ font-size: {heading}px; font-weight: 600; }}
QLabel#muted, QLabel#small {{ color: {muted}; }}
QLabel#small {{ font-size: {small}px; }}
QLabel#warn {{ color: {warn}; }}
QFrame#line {{ background: {line}; max-height: {hair}px; border: none; }}
QPushButton {{
  background: {raised}; border: {hair}px solid {line}; border-radius: {r}px;
  padding: {p}px {pp}px; min-height: {control}px;
}}
QPushButton:hover {{ border-color: {muted}; }}
QPushButton:focus, QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QListView:focus,
QSpinBox:focus, QDoubleSpinBox:focus {{
  border: {thick}px solid {accent};
}}
QPushButton:disabled {{ color: {muted}; background: transparent; border-color: transparent; }}
QPushButton#primary {{
  background: {accent}; color: {on_accent}; border: {thick}px solid {accent};
  border-radius: {R}px; font-size: {heading}px; font-weight: 600; padding: {p}px {big}px;
}}
QPushButton#primary:disabled {{
  background: {ground}; color: {muted}; border: {hair}px solid {line};
}}
QPushButton#primary:focus {{ border-color: {ink}; }}
QPushButton#choice {{ border-radius: {R}px; padding: {p}px {pp}px; }}
QPushButton#choice:checked {{
  background: {accent}; color: {on_accent}; border-color: {accent};
}}
QPushButton#choice:checked:focus {{ border: {thick}px solid {ink}; }}
QPushButton#link {{
  background: transparent; border: {hair}px solid transparent; color: {accent};
  padding: {p}px {half}px;
}}
QPushButton#link:hover {{ text-decoration: underline; }}
QPushButton#link:focus {{ border: {thick}px solid {accent}; }}
QLineEdit, QComboBox, QPlainTextEdit, QListView, QSpinBox, QDoubleSpinBox {{
  background: {raised}; border: {hair}px solid {line}; border-radius: {r}px;
  padding: {half}px {pp}px; min-height: {control}px; selection-background-color: {accent};
  selection-color: {on_accent};
}}
QComboBox::drop-down {{ border: none; width: {control}px; }}
QComboBox QAbstractItemView::item {{ border: none; padding: {half}px; }}
QComboBox QAbstractItemView {{
  background: {raised}; border: {hair}px solid {line}; selection-background-color: {accent};
  selection-color: {on_accent}; outline: none; padding: {half}px;
}}
QCheckBox {{
  spacing: {pp}px; padding: {half}px; border: {thick}px solid transparent; border-radius: {r}px;
}}
QCheckBox:focus {{ border-color: {accent}; }}
QCheckBox::indicator {{
  width: {box}px; height: {box}px; border: {thick}px solid {muted}; border-radius: {half}px;
  background: {raised};
}}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; }}
QProgressBar {{
  background: {line}; border: none; border-radius: {half}px; max-height: {p}px; min-height: {p}px;
}}
QProgressBar::chunk {{ background: {calm}; border-radius: {half}px; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button {{ width: 0; border: none; }}
QListView::item {{ padding: {p}px 0; border-bottom: {hair}px solid {line}; color: {ink}; }}
QListView::item:selected {{ background: {ground}; }}
QScrollBar:vertical {{ background: transparent; width: {bar}px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {line}; border-radius: {edge}px; min-height: {big}px; }}
QScrollBar::handle:vertical:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
QMenu {{ background: {raised}; border: {hair}px solid {line}; padding: {half}px; }}
QMenu::item {{ padding: {half}px {big}px; border-radius: {half}px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QToolTip {{ background: {raised}; color: {ink}; border: {hair}px solid {line}; padding: {half}px; }}
"""


def sheet(theme: Theme, size: float) -> str:
    """The style sheet of all windows; `size` is the text's, times the usual."""

    def px(length: float) -> int:
        return max(1, round(length * size))

    strong = theme.name == "contrast"
    return _SHEET.format(
        ground=theme.ground,
        raised=theme.raised,
        ink=theme.ink,
        muted=theme.muted,
        line=theme.line,
        accent=theme.accent,
        on_accent=theme.on_accent,
        calm=theme.calm,
        warn=theme.warn,
        text=px(TEXT_PX),
        small=px(TEXT_PX - 1),
        heading=px(TEXT_PX + 1),
        title=px(TEXT_PX * 1.9),
        hair=2 if strong else 1,
        thick=3 if strong else 2,
        r=px(8),
        R=px(18),
        p=px(6),
        half=px(4),
        edge=px(3),
        pp=px(12),
        big=px(28),
        control=px(22),
        box=px(15),
        bar=px(7),
    )


def dress(app: QApplication, screen: ScreenOptions) -> Theme:
    """Give every window the colours and the size of text that are wanted; which colours."""
    hints = app.styleHints()
    dark = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
    theme, size = chosen(screen.theme, system_is_dark=dark), screen.text_size
    font = QFont()
    font.setFamilies([*FONTS, font.defaultFamily()])
    font.setPixelSize(round(TEXT_PX * size))
    app.setFont(font)
    app.setStyle("Fusion")
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.ground),
        (roles.WindowText, theme.ink),
        (roles.Base, theme.raised),
        (roles.AlternateBase, theme.ground),
        (roles.Text, theme.ink),
        (roles.Button, theme.raised),
        (roles.ButtonText, theme.ink),
        (roles.Highlight, theme.accent),
        (roles.HighlightedText, theme.on_accent),
        (roles.PlaceholderText, theme.muted),
        (roles.ToolTipBase, theme.raised),
        (roles.ToolTipText, theme.ink),
        (roles.Link, theme.accent),
    ):
        palette.setColor(role, QColor(colour))
    app.setPalette(palette)
    app.setStyleSheet(sheet(theme, size))
    return theme
