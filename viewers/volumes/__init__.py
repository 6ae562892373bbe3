"""Volumes: frozen values with their place in the patient and their unit, or the reason why there is none."""
