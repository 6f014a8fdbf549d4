"""The Jupyter server extension: status, live scan, scan of a saved notebook. Loads nothing until it is used."""
