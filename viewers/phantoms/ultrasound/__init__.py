"""Echocardiography: a beating heart under a sector probe, spectral Doppler, and the screen of the machine."""
