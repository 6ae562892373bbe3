"""Panes a window is made of: slices, orthogonal planes, stacks and clips, thumbnails; and the road back to its thread.

What a window uses (everything else is inside):

``ImageArea(palette, executor)`` shows one display set at a time, as orthogonal planes (volumes), or as stack or clip.
    ``blank(words="")``, ``show_volume(volume, snap=False)``, ``show_frames(frames, snap=False)``, ``refresh_slices()``
    (more of a progressive volume has arrived), ``show_message(words, failed=False)`` (loading and failed tiles),
    ``display_set() -> DisplaySet | None`` (its ``identity`` feeds the banner, the object that feeds the pixels),
    ``view_state() -> LayoutState | None``, ``restore(LayoutState)``, ``snapshot(measurement_id=None) -> bytes`` (PNG),
    ``board() -> Board``, ``choose_tool(Tool)``, ``choose_preset(id)``, ``choose_layout(Layout)``,
    ``set_snapping(bool)``, ``undo()``, ``redo()``, ``reset_view()``,
    ``show_measurement(id)``, ``forget_tool() -> bool``.
    Signals: ``measurement_made(Measurement)``, ``measurement_changed(Measurement)``, ``measurement_removed(str)``,
    ``measurement_selected(str)``, ``citation_requested(Measurement)`` (Enter on a selected mark),
    ``key_image_requested()`` (K), ``window_changed(Window)``, ``tool_changed(Tool)``, ``state_changed(LayoutState)``,
    ``slice_shown(sop_uid, frame)``, ``identity_changed(object)`` (DisplaySet or None, blank first),
    ``context_menu_requested(ScreenPoint, Measurement | None)``, ``display_set_dropped(str)``.
``SeriesThumbnails(palette)``: ``show_series(list[SeriesCard])``, ``mark_open(id)``; signal ``series_chosen(str)``.
``Palette``: the tokens of a theme, from ``resources/themes``.
``Background(executor)``: requests whose answers come home to the window's thread by signal.
"""
