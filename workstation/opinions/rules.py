"""The rules before signing as one table: what blocks, what must be explained, what is only said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from workstation.opinions.opinion import Opinion, Row
from workstation.opinions.template import Template


class Severity(StrEnum):
    """What a rule demands: nothing overrides a block; an explanation lets an *explain* pass; a warning is only said."""

    BLOCK = "block"
    EXPLAIN = "explain"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules must know besides the opinion.

    Attributes:
        task_version: the Task's version as the service last said it; "" when it was not asked since.
        not_ours: why the opinion is not the reader's to give any more; "" while it is.
        not_displayed: (series UID, description) of received series that were never on the screen.
        not_received: what the service promised and did not arrive.
        changed: what changed in the material since it was read.
        undecided: images of which nobody decided whether they are the patient's.
    """

    task_version: str = ""
    not_ours: str = ""
    not_displayed: tuple[tuple[str, str], ...] = ()
    not_received: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A rule that was tripped: ``where`` is ``section`` or ``section/row``; ``explanation`` as given, or ""."""

    rule: str
    severity: Severity
    message: str
    section: str
    where: str
    explanation: str = ""

    @property
    def stops(self) -> bool:
        """Whether signing has to wait for this."""
        return self.severity is Severity.BLOCK or (self.severity is Severity.EXPLAIN and not self.explanation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table: ``test`` yields (suffix of the rule's id, message, where) for each time it is tripped."""

    id: str
    severity: Severity
    section: str
    test: Callable[[Opinion, Facts], Iterator[tuple[str, str, str]]]


def concerns(opinion: Opinion, facts: Facts | None = None) -> tuple[Concern, ...]:
    """Every rule that is tripped, blocks first, in the order of the table."""
    known = facts or Facts()
    found = [concern for rule in RULES for concern in _tripped(rule, opinion, known)]
    return tuple(sorted(found, key=lambda item: list(Severity).index(item.severity)))


def same_template(opinion: Opinion, template: Template) -> bool:
    """Whether the opinion was written on exactly this template."""
    return (opinion.template_id, opinion.template_digest) == (template.id, template.digest)


def _tripped(rule: Rule, opinion: Opinion, facts: Facts) -> Iterator[Concern]:
    for suffix, message, where in rule.test(opinion, facts):
        identity = f"{rule.id}:{suffix}" if suffix else rule.id
        yield Concern(
            rule=identity,
            severity=rule.severity,
            message=message,
            section=rule.section,
            where=where,
            explanation=opinion.explanations.get(identity, ""),
        )


def _identity(opinion: Opinion, facts: Facts) -> Iterator[tuple[str, str, str]]:
    for item in facts.undecided:
        yield item, f"Whose images are these? Not decided: {item}. Press W on this case in the worklist.", "adequacy"
    for row in opinion.entry("adequacy").rows:
        if row.values.get("identity") in ("differs", "unsettled"):
            message = "The identity in a study is not settled. Ask the service before signing."
            yield row.id, message, f"adequacy/{row.id}"


def _stale(opinion: Opinion, facts: Facts) -> Iterator[tuple[str, str, str]]:
    if facts.task_version and facts.task_version != opinion.case.version:
        yield "", "The case changed at the service since this opinion was begun. Open the case again.", "request"


def _not_ours(_opinion: Opinion, facts: Facts) -> Iterator[tuple[str, str, str]]:
    if facts.not_ours:
        yield "", f"{facts.not_ours} The draft is kept; ask the service before you go on.", "request"


def _changed(_opinion: Opinion, facts: Facts) -> Iterator[tuple[str, str, str]]:
    for item in facts.changed:
        yield item, f"Changed since you read it: {item}. Open it, or decline it with a reason.", "materials"


def _critical(opinion: Opinion, _facts: Facts) -> Iterator[tuple[str, str, str]]:
    entry = opinion.entry("critical").values
    if entry.get("category", "none") == "none":
        return
    told = all(entry.get(name, "").strip() for name in ("who", "told_at", "how"))
    if not told:
        yield "", "A critical result is named but not communicated: who was told, when and how?", "critical"
    elif entry.get("read_back") == "no":
        yield "", "The critical result was not read back. Communicate it again.", "critical"


def _uncited(opinion: Opinion, _facts: Facts) -> Iterator[tuple[str, str, str]]:
    known = {item.id for item in opinion.evidence}
    for section, entry in opinion.entries.items():
        rows = (("", entry.evidence), *((row.id, row.evidence) for row in entry.rows))
        for row, ids in rows:
            for lost in sorted(set(ids) - known):
                where = f"{section}/{row}" if row else section
                yield (
                    f"{section}:{row}:{lost}",
                    "A cited measurement is no longer in the opinion. Cite it again.",
                    where,
                )


def _displayed(_opinion: Opinion, facts: Facts) -> Iterator[tuple[str, str, str]]:
    for uid, description in facts.not_displayed:
        yield uid, f"The series “{description or 'without a name'}” was never on the screen.", "materials"


def _received(_opinion: Opinion, facts: Facts) -> Iterator[tuple[str, str, str]]:
    for item in facts.not_received:
        yield item, f"Promised by the service but not received: {item}.", "materials"


def _major(opinion: Opinion, _facts: Facts) -> Iterator[tuple[str, str, str]]:
    for row in opinion.entry("concordance").rows:
        if row.values.get("verdict") == "major" and not row.evidence:
            yield row.id, "A major discrepancy has no image or measurement linked to it.", f"concordance/{row.id}"


def _overconfident(opinion: Opinion, _facts: Facts) -> Iterator[tuple[str, str, str]]:
    poor = any(row.values.get("quality") == "non-diagnostic" for row in opinion.entry("adequacy").rows)
    if not poor:
        return
    for section in ("answers", "findings"):
        for row in opinion.entry(section).rows:
            if row.values.get("confidence") == "high":
                yield f"{section}:{row.id}", "High confidence, though a study is non-diagnostic.", f"{section}/{row.id}"


def _laterality(opinion: Opinion, _facts: Facts) -> Iterator[tuple[str, str, str]]:
    for row in opinion.entry("findings").rows:
        for other in _other_sides(opinion, row):
            message = f"The finding says {row.values['laterality']}, the measurement it rests on says {other}."
            yield row.id, message, f"findings/{row.id}"


def _other_sides(opinion: Opinion, row: Row) -> Iterator[str]:
    side = row.values.get("laterality", "")
    for evidence_id in row.evidence:
        evidence = opinion.cited(evidence_id)
        if evidence and {side, evidence.laterality.lower()} == {"left", "right"}:
            yield evidence.laterality.lower()


def _priority(opinion: Opinion, _facts: Facts) -> Iterator[tuple[str, str, str]]:
    for row in opinion.entry("further").rows:
        if row.values.get("priority") == "urgent" and opinion.value("critical", "category") == "none":
            message = "An urgent test is recommended, yet no critical result is named."
            yield row.id, message, f"further/{row.id}"


RULES = (
    Rule(id="identity", severity=Severity.BLOCK, section="adequacy", test=_identity),
    Rule(id="not-ours", severity=Severity.BLOCK, section="request", test=_not_ours),
    Rule(id="stale-case", severity=Severity.BLOCK, section="request", test=_stale),
    Rule(id="critical-not-communicated", severity=Severity.BLOCK, section="critical", test=_critical),
    Rule(id="lost-evidence", severity=Severity.BLOCK, section="findings", test=_uncited),
    Rule(id="changed-material", severity=Severity.EXPLAIN, section="materials", test=_changed),
    Rule(id="not-displayed", severity=Severity.EXPLAIN, section="materials", test=_displayed),
    Rule(id="not-received", severity=Severity.EXPLAIN, section="materials", test=_received),
    Rule(id="major-without-image", severity=Severity.EXPLAIN, section="concordance", test=_major),
    Rule(id="confidence-non-diagnostic", severity=Severity.EXPLAIN, section="adequacy", test=_overconfident),
    Rule(id="laterality", severity=Severity.EXPLAIN, section="findings", test=_laterality),
    Rule(id="urgent-not-critical", severity=Severity.WARN, section="further", test=_priority),
)
