"""What the coach sees: the overlay, the tray and the windows; the only importer of Qt."""
