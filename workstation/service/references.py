"""References between resources: relative ones, and absolute ones that stay within the service's own origin."""

from urllib.parse import urlsplit

from workstation.cases.refusals import Unintelligible
from workstation.service.origin import Origin, require_origin


def local_reference(reference: str, origin: Origin) -> str:
    """``Type/id`` of a reference, without version; an absolute one must lie within the origin."""
    if urlsplit(reference).scheme:
        require_origin(reference, origin)
    parts = reference.partition("/_history/")[0].rstrip("/").split("/")
    if len(parts) < 2 or not parts[-2].isalpha():  # noqa: PLR2004  (type and id)
        raise Unintelligible(
            "A case of the central service is incomplete (a reference leads nowhere).",
            kept="Other cases are not affected.",
            advice="Call the central service's help desk.",
        )
    return "/".join(parts[-2:])
