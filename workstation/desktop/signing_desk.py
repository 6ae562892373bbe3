"""The signing desk: shows what is open, draws the pages that would be signed, and signs them with what was typed."""

import logging
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from workstation.cases.case import Case
from workstation.desktop.errands import Errands
from workstation.desktop.open_case import OpenCase, facts_of
from workstation.desktop.opinion_draft import OpinionDraft
from workstation.desktop.problem import is_refusal, problem_of
from workstation.desktop.sign_screen import SignScreen
from workstation.desktop.workplace import Credentials, Workplace
from workstation.opinions import edits
from workstation.opinions.completeness import missing
from workstation.opinions.rules import Facts, concerns
from workstation.outbox.parcel import Parcel
from workstation.review.sign_opinion import Bench, Preview, prepare_opinion, sign_opinion
from workstation.review.source_images import source_images

_log = logging.getLogger(__name__)
NOT_YET = "The pages appear here as soon as nothing is open any more.\nEvery line on the right leads to its place."


class SigningDesk(QObject):
    """``signed`` carries the parcel that now waits in the outbox; ``go_requested`` a place in the form."""

    signed = Signal(object)
    go_requested = Signal(str, str, str)
    problem = Signal(object, object)

    def __init__(self, screen: SignScreen, place: Workplace, errands: Errands) -> None:
        super().__init__(errands)
        self._screen = screen
        self._place = place
        self._errands = errands
        self._case: OpenCase | None = None
        self._draft: OpinionDraft | None = None
        self._preview: Preview | None = None
        screen.points.go_requested.connect(self.go_requested)
        screen.points.explained.connect(self._explain)
        screen.sign_requested.connect(self._sign)

    def begin(self, case: OpenCase, draft: OpinionDraft) -> None:
        """Show what is open in the draft, and its pages if nothing is."""
        self._case, self._draft = case, draft
        opinion = draft.opinion
        self._screen.banner.show_case(case.case, self._place.clock())
        meaning = opinion.value("attestation", "meaning")
        self._screen.prepare(self._place.choices, meaning, f"{opinion.author.name} · licence {opinion.author.licence}")
        self._look()

    def end(self) -> None:
        """Forget the preview and every secret."""
        self._errands.recall("preview")
        self._errands.recall("sign")
        self._preview = None
        self._case, self._draft = None, None
        self._screen.forget_secrets()
        self._screen.preview.blank()
        self._screen.banner.blank()

    def _look(self) -> None:
        assert self._draft is not None
        assert self._case is not None
        opinion, facts = self._draft.opinion, facts_of(self._case, self._now(self._case))
        lacking, doubts = missing(opinion, self._draft.template), concerns(opinion, facts)
        self._preview = None
        self._screen.be_ready(ready=False)
        self._screen.points.show_points(lacking, doubts)
        if lacking or any(concern.stops for concern in doubts):
            self._screen.preview.blank(NOT_YET)
            return
        self._prepare(facts)

    def _now(self, opened: OpenCase) -> Case:
        """The case as the last look at the service left it."""
        return self._place.shelves.cases.get(opened.case.id) or opened.case

    def _prepare(self, facts: Facts) -> None:
        assert self._draft is not None
        assert self._case is not None
        opinion, template, studies = self._draft.opinion, self._draft.template, self._case.studies
        self._screen.preview.blank("Rendering the pages …")
        self._draft.save()
        self._errands.send(
            "preview",
            lambda _leash: prepare_opinion(
                opinion,
                template,
                sources=source_images(opinion, studies.source),
                facts=facts,
                now=self._place.clock(),
                new_uuid=uuid4,
            ),
            arrived=self._prepared,
            failed=self._not_prepared,
        )

    def _prepared(self, preview: Preview) -> None:
        self._preview = preview
        pdf = preview.to_sign.pdf
        self._screen.preview.show_document(preview.frozen.digest, "The pages that will be signed", lambda: pdf)
        self._screen.be_ready(ready=True)

    def _not_prepared(self, error: BaseException) -> None:
        self._screen.preview.blank("The pages could not be made.")
        self.problem.emit(problem_of("The preview could not be made", error, kept="The draft is kept."), None)

    def _explain(self, rule: str, reason: str) -> None:
        if self._draft is not None:
            self._draft.edit(lambda opinion: edits.explain(opinion, rule, reason))
            self._look()

    def _sign(self, kind: str, path: str, slot: str, secret: str) -> None:
        assert self._preview is not None
        assert self._case is not None
        preview = self._preview
        if self._now(self._case).version != preview.frozen.opinion.case.version:
            self._look()  # the case changed under the preview: what is open now says so
            return
        wanted = Credentials(kind=kind, path=path, slot=slot, secret=secret)
        shelves = self._place.shelves
        bench = Bench(
            parcels=shelves.parcels,
            audit=shelves.audit,
            clock=self._place.clock,
            files=self._place.files,
            unlock=lambda: self._place.unlock_credential(wanted),
        )
        self._screen.say("Signing …", busy=True)
        self._errands.send(
            "sign",
            lambda _leash: sign_opinion(preview, bench),
            arrived=lambda parcel: self._was_signed(parcel, wanted),
            failed=self._not_signed,
        )

    def _was_signed(self, parcel: Parcel, by: Credentials) -> None:
        self._screen.say("")
        self._remember(by.kind, by.path, by.slot)
        self.signed.emit(parcel)

    def _not_signed(self, error: BaseException) -> None:
        if is_refusal(error):
            self._screen.refuse_secret(f"⚠ {error}")
        else:
            self._screen.say("")
            self.problem.emit(
                problem_of("It could not be signed", error, kept="Nothing was signed; the draft is kept."), None
            )

    def _remember(self, kind: str, path: str, slot: str) -> None:
        """Which credential, never its passphrase."""
        choices = self._place.choices
        try:
            choices.choose("signing.credential", kind)
            choices.choose("signing.module" if kind == "token" else "signing.file", path)
            choices.choose("signing.slot", slot)
        except OSError as failure:  # a full disk: it is typed again next time
            _log.info("the credential's place was not kept: %s", type(failure).__name__)
