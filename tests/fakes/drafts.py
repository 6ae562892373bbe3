"""Drafts in memory, in the shape of ``workstation.opinions.drafts.DraftShelf``."""


class DraftsInMemory:
    """Keeps drafts and pictures; ``broken`` refuses drafts like a full disk."""

    def __init__(self):
        self.kept, self.pictures, self.broken = {}, {}, False

    def put(self, case_id, revision, text):
        if self.broken:
            raise OSError(28, "full")
        self.kept[case_id] = (revision, text)

    def get(self, case_id):
        return self.kept.get(case_id)

    def put_picture(self, case_id, sha256, png):
        self.pictures[case_id, sha256] = png

    def picture(self, case_id, sha256):
        return self.pictures.get((case_id, sha256))
