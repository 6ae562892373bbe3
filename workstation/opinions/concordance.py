"""The five-point grade of agreement with the original report, computed from the verdicts on its statements (§7)."""

from workstation.opinions.opinion import Opinion

GRADES = (
    (1, "Agreement"),
    (2, "Agreement with additions"),
    (3, "Minor discrepancy"),
    (4, "Major discrepancy"),
    (5, "Major discrepancy that changes the management"),
)
CHANGES_MANAGEMENT = frozenset({"diagnosis", "stage", "treatment", "urgency"})


def grade(opinion: Opinion) -> tuple[int, str] | None:
    """The grade and its name; None when no statement was judged.

    The worst verdict decides; a major discrepancy is grade 5 when §13 says that the management changes.
    """
    verdicts = {row.values.get("verdict", "") for row in opinion.entry("concordance").rows}
    if "major" in verdicts:
        changes = opinion.value("effect", "effect") in CHANGES_MANAGEMENT
        return GRADES[4] if changes else GRADES[3]
    for verdict, index in (("minor", 2), ("addition", 1), ("agree", 0)):
        if verdict in verdicts:
            return GRADES[index]
    return None
