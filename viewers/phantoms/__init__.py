"""Synthetic studies that look like medicine and whose answers are known by mathematics."""

from viewers.phantoms.nouns import Answer, Detail, Person, WrittenStudy
from viewers.phantoms.studies import STUDIES, Recipe, UnknownStudyError, write_study

__all__ = ["STUDIES", "Answer", "Detail", "Person", "Recipe", "UnknownStudyError", "WrittenStudy", "write_study"]
