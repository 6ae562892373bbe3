"""Where things are: points that never mix, affine maps, planes, orientation letters. Pure numpy."""
