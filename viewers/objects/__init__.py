"""What is not an image: reports, key objects, presentation states, regions, waveforms, pages of documents; as nouns."""
