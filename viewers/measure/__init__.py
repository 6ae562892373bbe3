"""Measurements in the patient: nouns, numbers, the strokes that draw them, the board that remembers and undoes."""
