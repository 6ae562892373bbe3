"""What the FHIR service says when it does not do what was asked: a status and an OperationOutcome."""


class FhirRefused(Exception):
    """A request the service does not carry out.

    Attributes:
        status: HTTP status.
        code: IssueType (http://hl7.org/fhir/issue-type).
    """

    def __init__(self, status: int, code: str, diagnostics: str) -> None:
        super().__init__(diagnostics)
        self.status = status
        self.code = code
        self.diagnostics = diagnostics

    def resource(self) -> dict[str, object]:
        """The OperationOutcome."""
        issue = {"severity": "error", "code": self.code, "diagnostics": self.diagnostics}
        return {"resourceType": "OperationOutcome", "issue": [issue]}
