"""Every setting described as data: its kind, its default, its words and where it is shown."""
