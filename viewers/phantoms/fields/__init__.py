"""Grids, smooth random fields, implicit shapes and tubes: the paint box of every phantom."""
