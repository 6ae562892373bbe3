"""Panes a window is made of: slices, orthogonal planes, stacks and clips, thumbnails; and the road back to its thread.

What a window uses (everything else is inside):

``image_area.ImageArea(palette, executor)`` shows one display set at a time and holds its marks. The executor
    runs decoding and heavy resampling. Its class docstring lists the signals.
    Show: ``blank(words)``, ``show_message(words, failed=False)``, ``show_volume(volume or VolumeLoad)`` and, while it
    loads, ``refresh_slices()`` (slot ``slice_wanted(int)`` tells what to prefer), ``show_frames(display_set, frame)``
    with ``frame(index) -> FrameValues`` called on the executor's threads.
    Ask: ``display_set()`` (its ``identity`` feeds the banner, the object that feeds the pixels), ``board()``,
    ``selected()``, ``view_state() -> LayoutState``, ``snapshot(mark_id=None) -> bytes`` (PNG), ``active_view()``,
    ``stage()`` (``MprView``, ``StackView`` or None).
    Do: ``restore(LayoutState)``, ``show_measurement(id)``, ``choose_tool``, ``choose_preset(id)``, ``choose_layout``,
    ``set_snapping(bool)``, ``undo()``, ``redo()``, ``remove_selected()``, ``reset_view()``, ``forget_tool() -> bool``,
    ``commands.perform(area, action)`` for every ``tools.Action``.
``slice_view.SliceView``: ``place_of(PatientPoint)`` and ``place_of_pixel(PixelPoint)`` tell where in the widget
    something stands (for whoever moves a mouse in a test or a demonstration); ``picture()`` is what it shows.
``mpr_view.MprView``: ``move_crosshair(PatientPoint)``, ``crosshair``. ``stack_view.StackView``: ``play``, ``pause``,
    ``go_to(index)``.
``series_thumbnails.SeriesThumbnails(palette)``: ``show_series(list[SeriesCard])``, ``show_picture(id, pixels)`` (see
    ``render.thumbnail``), ``mark_open(id)``; signal ``series_chosen(str)``.
``palette.Palette`` and ``palette.palette_from(colours, family=...)``: the tokens of a theme.
``background.Background(executor)``: requests whose answers come home to the window's thread, stale ones dropped.
``collector.Collector(parent)``: searches for garbage where that cannot stop the window; every window needs one.
"""
