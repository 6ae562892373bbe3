"""A case: who asks what, on which material, until when; and the ports through which cases arrive and rest."""
