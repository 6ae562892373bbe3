"""From a slice of values to a picture, on the CPU: resampling, slabs, zoom, windowing, snapshots.

Volume rendering gets its own file here when it is built; nothing in this folder needs an OpenGL context.
"""
