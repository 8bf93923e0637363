"""The views: one file each, with a function `show(archive)`."""
