"""What is shown, without a screen: windows, tables, view states, slices, linking, cine clock, layouts, captions."""
