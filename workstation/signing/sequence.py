"""The order of signing: prepare (= preview) → sign → time-stamp; each stage is the only way to the next.

With ``opinions.freezing.freeze`` and ``reporting.composing.compose`` before, and ``reporting.bundle.bundle`` after:

    frozen   = freeze(opinion, template, now=…, new_uuid=uuid4, facts=…)
    composed = compose(frozen, sources)                      # PDF, HTML, SR, KOS; refuses what the PDF cannot show
    to_sign  = prepare(frozen, composed)                     # to_sign.pdf is the preview, byte for byte
    with unlock(...) as credential:
        signed = sign(to_sign, credential, author=…, now=…)  # PAdES B-B + manifest, offline
    files    = signed_files(signed)                          # what the outbox keeps
    stamped  = timestamp(signed, services, roots)            # online: B-LTA
    final    = final_files(stamped, frozen, sources)         # + Encapsulated PDF
    text     = bundle(frozen, files + final, signed.manifest, stamped_at=stamped.stamped_at)
"""
