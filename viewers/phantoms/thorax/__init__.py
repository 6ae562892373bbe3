"""The chest and upper abdomen of an invented adult, lying on a scanner table, in patient millimetres.

Left is +x, back is +y, head is +z; z = 45 lies at the carina, x = 0 at the spine.
"""
