"""Pictures of the windows and the overlay, made on a desktop without a screen: `make screens`."""
