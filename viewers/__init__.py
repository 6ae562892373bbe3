"""Images: files, series, volumes, what is shown of them and what is measured on them; knows nothing of cases."""
