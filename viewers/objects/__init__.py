"""What is not an image: documents as pictures of their pages, as nouns."""
